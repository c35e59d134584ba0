package dev.primeline.workflows.training;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.BranchPoint;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.ModelShape;
import dev.primeline.workflows.experiment.Precision;
import dev.primeline.workflows.experiment.TrainingSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What decides the weights of a training, and nothing else: how often it saves or looks, how a step
 * is cut into micro-batches, and what the family is called are left out. A field added later enters
 * the hash only when it differs from what this format version meant without it, so that old
 * trainings are found again.
 */
public final class TrainingKey {

  private static final int FORMAT_VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Deciding(
      int formatVersion,
      Family family,
      int vocabularySize,
      int separator,
      ModelShape model,
      JsonNode settings,
      long seed,
      String corpusHash,
      String subTokenizerHash,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String initialWeights) {}

  private record Branching(int formatVersion, ArtifactRef parent, JsonNode settings) {}

  private TrainingKey() {}

  /** The 16-digit key of a training from random weights. */
  public static String of(
      Family family,
      int vocabularySize,
      int separator,
      ModelShape model,
      TrainingSettings settings,
      long seed,
      String corpusHash,
      String subTokenizerHash) {
    return of(
        family,
        vocabularySize,
        separator,
        model,
        settings,
        seed,
        corpusHash,
        subTokenizerHash,
        null);
  }

  /** The 16-digit key of a training, which random weights leave as it always was. */
  public static String of(
      Family family,
      int vocabularySize,
      int separator,
      ModelShape model,
      TrainingSettings settings,
      long seed,
      String corpusHash,
      String subTokenizerHash,
      @Nullable ArtifactRef initialWeights) {
    Family unnamed =
        new Family(
            "",
            family.attention(),
            family.ell(),
            family.base(),
            family.order(),
            family.head(),
            family.objective());
    return Hashes.key(
        new Deciding(
            FORMAT_VERSION,
            unnamed,
            vocabularySize,
            separator,
            model,
            deciding(settings),
            seed,
            corpusHash,
            subTokenizerHash,
            initialWeights == null ? null : initialWeights.sha256()));
  }

  /**
   * The name of a branch: the step from which it differs, and a key of the checkpoint that it
   * begins from and of all that decides the weights after it.
   */
  public static String branch(BranchPoint from, TrainingSettings settings) {
    String key = Hashes.key(new Branching(FORMAT_VERSION, from.checkpoint(), deciding(settings)));
    return "from-%d-%s".formatted(from.step(), key);
  }

  private static JsonNode deciding(TrainingSettings s) {
    ObjectNode settings = JSON.valueToTree(withoutTheRest(s));
    settings.remove(List.of("keepLast", "keepEvery"));
    if (s.emaDecay() == 0) {
      settings.remove("emaDecay");
    }
    if (s.precision() == Precision.FP32) {
      settings.remove("precision");
    }
    return settings;
  }

  private static TrainingSettings withoutTheRest(TrainingSettings s) {
    return new TrainingSettings(
        s.steps(),
        s.batch(),
        s.learningRate(),
        s.finalLearningRate(),
        s.warmupSteps(),
        s.weightDecay(),
        s.beta1(),
        s.beta2(),
        s.epsilon(),
        s.clip(),
        s.emaDecay(),
        s.precision(),
        0,
        0,
        0,
        0,
        0,
        0);
  }
}
