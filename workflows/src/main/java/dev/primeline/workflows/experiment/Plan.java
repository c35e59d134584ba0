package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * What one family of an experiment will cost, before it is trained.
 *
 * @param family its name
 * @param parameters trainable numbers
 * @param tokens seen in training, repetitions counted
 * @param epochs passes over the training text
 * @param flops of training; see {@link Flops}
 * @param checkpoints that stay, at most; see {@code training.keepLast}
 * @param bytes of the checkpoints
 * @param trainingSeconds with the looks at the held-out subset
 * @param evaluationSeconds of the final score
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Plan(
    String family,
    long parameters,
    long tokens,
    double epochs,
    double flops,
    long checkpoints,
    long bytes,
    double trainingSeconds,
    double evaluationSeconds) {

  /** A weight and AdamW's two moments, fp32. */
  private static final long BYTES_PER_PARAMETER = 3 * Float.BYTES;

  /**
   * Tokens to score for a mask error as large as the score, those of the worst family in
   * infra/benchmarks/MASK_ERROR.md: they grow with the error's inverse square.
   */
  private static final double TOKENS_AT_ERROR_ONE = 3.3;

  /**
   * What is known of the text.
   *
   * @param vocabularySize token ids
   * @param trainTokens to learn from
   * @param heldoutTokens to score
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Text(int vocabularySize, long trainTokens, long heldoutTokens) {}

  /**
   * What was measured of the machine with exactly this family and shape.
   *
   * @param trained tokens per second of training
   * @param scored tokens per second of scoring, one mask draw each
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Speed(double trained, double scored) {}

  /** The arithmetic for one family. */
  public static Plan of(ExperimentSpec spec, Family family, Text text, Speed speed) {
    TrainingSettings training = spec.training();
    ModelShape shape = spec.model();
    long tokens = training.steps() * training.batch() * shape.length();
    long parameters = Parameters.count(shape, family, text.vocabularySize());
    long checkpoints = staying(training);
    long most = spec.evaluation().maxTokens();
    long scored = most > 0 ? Math.min(most, text.heldoutTokens()) : text.heldoutTokens();
    long look = Math.min((long) training.heldoutSequences() * shape.length(), text.heldoutTokens());
    long looks = times(training.steps(), training.evaluateEvery());
    int drawsOfALook = family.autoregressive() ? 1 : TrainingSettings.HELDOUT_DRAWS;
    return new Plan(
        family.name(),
        parameters,
        tokens,
        (double) tokens / text.trainTokens(),
        Flops.perToken(shape, family, text.vocabularySize()).total() * tokens,
        checkpoints,
        checkpoints * parameters * BYTES_PER_PARAMETER,
        tokens / speed.trained() + (double) looks * look * drawsOfALook / speed.scored(),
        (double) scored * draws(spec.evaluation(), family, scored) / speed.scored());
  }

  /** Passes over the text: those of the score, then those of the other bounds. */
  private static long draws(EvaluationSettings settings, Family family, long scored) {
    if (family.autoregressive()) {
      return 1;
    }
    long draws = settings.draws();
    if (settings.targeted()) {
      double rounds = TOKENS_AT_ERROR_ONE / Math.pow(settings.maskError(), 2) / (2.0 * scored);
      draws = 2 * (long) Math.ceil(rounds);
    }
    boolean tokenMasks = family.ell() > 1 && family.head() == Head.TOKEN;
    return draws
        + (tokenMasks ? settings.tokenMaskDraws() : 0)
        + (settings.samplerSteps() > 0 ? settings.draws() : 0);
  }

  /** The last ones, every so-many-th before them, and one more that may have the best score. */
  private static long staying(TrainingSettings training) {
    long all = times(training.steps(), training.checkpointEvery());
    long last = training.keepLast();
    if (last == 0 || last >= all) {
      return all;
    }
    // Checkpoints stand at multiples of checkpointEvery, but the last one at the last step.
    long oldest = last == 1 ? training.steps() : (all - last + 1) * training.checkpointEvery();
    long milestones = training.keepEvery() == 0 ? 0 : (oldest - 1) / training.keepEvery();
    return Math.min(all, last + milestones + 1);
  }

  /** Every so-many-th step and the last one. */
  private static long times(long steps, long every) {
    return (steps + every - 1) / every;
  }

  /** Of training and evaluation. */
  public double seconds() {
    return trainingSeconds + evaluationSeconds;
  }
}
