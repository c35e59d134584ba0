package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.primeline.workflows.artifact.ArtifactRef;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
 * @param branch where its trainings begin; null for fresh weights, and then no key of the JSON
 * @param initialWeights model.safetensors that its one family begins with; null for random ones,
 *     and then no key of the JSON
 * @param publish who is told of the finished run; null for nobody, and then no key of the JSON
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ExperimentSpec(
    String preset,
    CorpusSpec corpus,
    List<Family> families,
    ModelShape model,
    TrainingSettings training,
    EvaluationSettings evaluation,
    long seed,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable BranchSpec branch,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ArtifactRef initialWeights,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Publishing publish) {

  public ExperimentSpec {
    families = List.copyOf(families);
  }

  /** An experiment with fresh weights. */
  public ExperimentSpec(
      String preset,
      CorpusSpec corpus,
      List<Family> families,
      ModelShape model,
      TrainingSettings training,
      EvaluationSettings evaluation,
      long seed) {
    this(preset, corpus, families, model, training, evaluation, seed, null, null, null);
  }
}
