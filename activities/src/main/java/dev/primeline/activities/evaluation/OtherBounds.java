package dev.primeline.activities.evaluation;

import dev.primeline.activities.model.Denoiser;
import dev.primeline.workflows.evaluation.FamilyScores.OtherBound;
import dev.primeline.workflows.experiment.EvaluationSettings;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;

/**
 * Bounds on the likelihoods of other processes (METHOD section 3), each under its own name: TOKEN
 * masks, which need a posterior over tokens and at one digit are the score itself, and the T-step
 * sampler's.
 */
final class OtherBounds {
  private final HeldoutText text;
  private final Family family;
  private final int separator;
  private final EvaluationSettings settings;

  OtherBounds(HeldoutText text, Family family, int separator, EvaluationSettings settings) {
    this.text = text;
    this.family = family;
    this.separator = separator;
    this.settings = settings;
  }

  /** Forward passes per window that they take. */
  int draws() {
    return (tokenMasks() ? settings.tokenMaskDraws() : 0) + (sampler() ? settings.draws() : 0);
  }

  /**
   * Those that are asked for and exist for the family.
   *
   * @param denoiser whose passes go through {@code log}
   * @param progress told the fraction done
   */
  List<OtherBound> score(Denoiser denoiser, Reveals reveals, PassLog log, DoubleConsumer progress) {
    List<OtherBound> bounds = new ArrayList<>();
    double first = tokenMasks() ? (double) settings.tokenMaskDraws() / draws() : 0;
    if (tokenMasks()) {
      TokenMaskDraws draws = new TokenMaskDraws(text.windows(), family, settings.tokenMaskDraws());
      Denoiser tokens = batch -> wholeTokens(denoiser.costs(batch));
      WindowScores scores =
          new ExactCountNelbo(tokens).score(draws, fraction -> progress.accept(first * fraction));
      bounds.add(bound("token-masks", scores, settings.tokenMaskDraws()));
    }
    if (sampler()) {
      SamplerBound sampler =
          new SamplerBound(
              reveals,
              text.windows(),
              family,
              separator,
              settings.samplerSteps(),
              settings.draws(),
              log);
      WindowScores scores =
          sampler.score(fraction -> progress.accept(first + (1 - first) * fraction));
      bounds.add(bound("sampler-" + settings.samplerSteps(), scores, settings.draws()));
    }
    return bounds;
  }

  private boolean tokenMasks() {
    return settings.tokenMaskDraws() > 0 && family.ell() > 1 && family.head() == Head.TOKEN;
  }

  private boolean sampler() {
    return settings.samplerSteps() > 0 && !family.autoregressive();
  }

  /** The cost of a fully masked token is its joint form. */
  private static Denoiser.Costs wholeTokens(Denoiser.Costs costs) {
    return new Denoiser.Costs(costs.joint(), costs.joint());
  }

  private OtherBound bound(String name, WindowScores scores, int draws) {
    ScoreErrors errors = ScoreErrors.of(scores, text.clusters());
    return new OtherBound(
        name,
        scores.natsPerToken(),
        errors.mask(),
        errors.standard(),
        Math.exp(scores.natsPerToken()),
        draws);
  }
}
