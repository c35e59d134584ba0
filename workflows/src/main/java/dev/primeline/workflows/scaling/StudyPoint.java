package dev.primeline.workflows.scaling;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Flops;
import dev.primeline.workflows.experiment.ModelShape;
import dev.primeline.workflows.experiment.Parameters;
import dev.primeline.workflows.experiment.TrainingSettings;
import java.util.List;
import java.util.Locale;

/**
 * One training of a study.
 *
 * @param family name of the family
 * @param flops the budget
 * @param size name of the size
 * @param seed of weights, data order, masks and shuffled codes
 * @param rate the study's learning rate before the rule for its width
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record StudyPoint(String family, double flops, String size, long seed, double rate) {

  /**
   * The experiment of this point alone: as many steps as the budget pays for, warm-up and final
   * rate in the proportions of the study's.
   */
  public ExperimentSpec experiment(StudySpec study) {
    ExperimentSpec base = study.experiment();
    Size rung = rung(study);
    ModelShape shape = rung.shape(base.model().length());
    long steps = steps(study, family(study), rung, flops);
    return new ExperimentSpec(
        study.preset(),
        base.corpus(),
        List.of(named(study)),
        shape,
        training(base.training(), steps, study.learningRate().at(rate, rung.width())),
        base.evaluation(),
        seed);
  }

  /** The steps that a budget pays for, to the nearest. */
  static long steps(StudySpec study, Family family, Size size, double flops) {
    int vocabulary = study.experiment().corpus().vocabularySize();
    ModelShape shape = size.shape(study.experiment().model().length());
    double perStep = Flops.perToken(shape, family, vocabulary).total() * study.tokensPerStep();
    return Math.round(flops / perStep);
  }

  static long parameters(StudySpec study, Family family, Size size) {
    return Parameters.count(
        size.shape(study.experiment().model().length()),
        family,
        study.experiment().corpus().vocabularySize());
  }

  Size rung(StudySpec study) {
    return study.sizes().stream()
        .filter(each -> each.name().equals(size))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no size " + size));
  }

  Family family(StudySpec study) {
    return study.experiment().families().stream()
        .filter(each -> each.name().equals(family))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no family " + family));
  }

  /** What people call this point; a family's name does not decide its weights. */
  public String words() {
    return String.format(
        Locale.ROOT, "%s %s %s seed %d", family, size, StudyWords.flops(flops), seed);
  }

  /** The family under the point's own name, so that trainings of one family are told apart. */
  private Family named(StudySpec study) {
    Family of = family(study);
    return new Family(
        "%s-%s-%s-s%d".formatted(family, size, StudyWords.flops(flops), seed),
        of.attention(),
        of.ell(),
        of.base(),
        of.order(),
        of.head(),
        of.objective(),
        of.codes());
  }

  private static TrainingSettings training(TrainingSettings t, long steps, double learningRate) {
    return new TrainingSettings(
        steps,
        t.batch(),
        learningRate,
        learningRate * (t.finalLearningRate() / t.learningRate()),
        Math.round((double) t.warmupSteps() / t.steps() * steps),
        t.weightDecay(),
        t.beta1(),
        t.beta2(),
        t.epsilon(),
        t.clip(),
        t.emaDecay(),
        t.precision(),
        t.microBatch(),
        t.checkpointEvery(),
        t.keepLast(),
        t.keepEvery(),
        t.evaluateEvery(),
        t.heldoutSequences());
  }
}
