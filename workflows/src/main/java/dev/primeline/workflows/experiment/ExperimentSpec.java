package dev.primeline.workflows.experiment;

import java.util.List;

/**
 * What to learn, with every value decided. Where it runs is never part of it.
 *
 * @param preset the preset it started from
 * @param corpus text to learn from and to score
 * @param families the models to compare, in order
 * @param model their common backbone
 * @param training their common training settings
 * @param evaluation how they are scored
 * @param seed of weights, data order, masks and shuffled codes
 */
public record ExperimentSpec(
    String preset,
    CorpusSpec corpus,
    List<Family> families,
    ModelShape model,
    TrainingSettings training,
    EvaluationSettings evaluation,
    long seed) {

  public ExperimentSpec {
    families = List.copyOf(families);
  }
}
