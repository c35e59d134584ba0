package dev.primeline.workflows.scaling;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.StoredSpec;
import java.util.List;

/**
 * What a study trains, with every value decided.
 *
 * @param preset the preset it started from
 * @param experiment text, families, batch, schedule and evaluation; size, steps, learning rate and
 *     seed are each point's own
 * @param sizes the ladder
 * @param budgets ascending
 * @param bracket for budgets that name no sizes
 * @param seeds of weights, data order, masks and shuffled codes
 * @param learningRate of each size
 * @param parallel trainings at once, at most
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record StudySpec(
    String preset,
    ExperimentSpec experiment,
    List<Size> sizes,
    List<Budget> budgets,
    Bracket bracket,
    List<Long> seeds,
    @JsonProperty("learningRate") LearningRates learningRate,
    int parallel) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public StudySpec {
    sizes = List.copyOf(sizes);
    budgets = List.copyOf(budgets);
    seeds = List.copyOf(seeds);
  }

  /** What to type to get this study again. */
  public ObjectNode typed() {
    ObjectNode typed = JSON.valueToTree(this);
    typed.set("experiment", StoredSpec.typed(typed.get("experiment")));
    return typed;
  }

  /** Tokens of a training step. */
  long tokensPerStep() {
    return (long) experiment.training().batch() * experiment.model().length();
  }
}
