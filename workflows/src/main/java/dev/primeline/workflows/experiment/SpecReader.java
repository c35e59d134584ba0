package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.primeline.workflows.artifact.ArtifactRef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns a few lines of JSON into a full specification: the named preset, with the user's keys laid
 * over it.
 *
 * <p>Four conveniences, and no more: {@code corpus.dataset} stands for the keys of {@link
 * Datasets}, where the user gives none; a given {@code corpus.uri} or {@code corpus.airflow}
 * replaces a preset's synthetic source (and its tokenizer by bytes), and a given {@code
 * corpus.tokenizerFile} its tokenizer; a family may be just its name; and where the user changes
 * {@code training.steps} or {@code training.batch} but not {@code warmupSteps} or {@code
 * microBatch}, the preset's warm-up keeps its share of the steps and the micro-batch becomes the
 * largest divisor of the batch that does not exceed the preset's.
 */
public final class SpecReader {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Where a text may come from; one of them. */
  private static final List<String> SOURCES = List.of("uri", "synthetic", "airflow");

  private static final List<String> NULLABLE =
      List.of(
          "corpus.uri",
          "corpus.heldout",
          "corpus.synthetic",
          "corpus.tokenizerFile",
          "corpus.airflow",
          "corpus.dataset",
          "corpus.normalization",
          "corpus.duplicates");

  /**
   * The keys of the top level; families are read one by one, since each may be a name or an object.
   */
  private record Keys(
      String preset,
      CorpusSpec corpus,
      JsonNode families,
      ModelShape model,
      TrainingSettings training,
      EvaluationSettings evaluation,
      long seed,
      @Nullable BranchSpec branch,
      @Nullable ArtifactRef initialWeights,
      @Nullable Publishing publish) {}

  private SpecReader() {}

  /**
   * Reads a specification.
   *
   * @param typed what the user typed; null and {@code {}} mean the quickstart
   * @throws BadInput naming key, value and expectation
   */
  public static ExperimentSpec read(@Nullable JsonNode typed) {
    JsonNode given =
        typed == null || typed.isNull() || typed.isMissingNode()
            ? JsonNodeFactory.instance.objectNode()
            : typed;
    StrictReader.check(given, Keys.class, "");
    ObjectNode user = withDataset((ObjectNode) given);
    JsonNode preset = user.path("preset");
    ObjectNode tree = Presets.tree(preset.isTextual() ? preset.textValue() : Presets.DEFAULT);
    String name = tree.get("preset").textValue();
    chooseSource(tree, user);
    keepProportions(tree, user);
    Overlay.merge(tree, user);
    tree.put("preset", name);
    refuseNulls(tree);
    CorpusSpec corpus = part(tree, "corpus", CorpusSpec.class);
    SpecRules.check(corpus);
    ExperimentSpec spec =
        new ExperimentSpec(
            name,
            corpus,
            families(tree.get("families"), corpus.vocabularySize()),
            part(tree, "model", ModelShape.class),
            part(tree, "training", TrainingSettings.class),
            part(tree, "evaluation", EvaluationSettings.class),
            tree.get("seed").longValue(),
            tree.hasNonNull("branch") ? part(tree, "branch", BranchSpec.class) : null,
            tree.hasNonNull("initialWeights")
                ? part(tree, "initialWeights", ArtifactRef.class)
                : null,
            tree.hasNonNull("publish") ? part(tree, "publish", Publishing.class) : null);
    SpecRules.check(spec);
    return spec;
  }

  /**
   * Nothing, when there can be such a backbone.
   *
   * @throws BadInput naming key, value and expectation
   */
  public static void requirePossible(ModelShape shape) {
    SpecRules.check(shape);
  }

  private static ObjectNode withDataset(ObjectNode user) {
    JsonNode dataset = user.path("corpus").path("dataset");
    if (!dataset.isTextual()) {
      return user;
    }
    ObjectNode whole = user.deepCopy();
    ObjectNode corpus = Datasets.corpus(dataset.textValue());
    Overlay.merge(corpus, (ObjectNode) user.get("corpus"));
    whole.set("corpus", corpus);
    return whole;
  }

  private static void chooseSource(ObjectNode tree, ObjectNode user) {
    ObjectNode corpus = (ObjectNode) tree.get("corpus");
    List<String> given =
        SOURCES.stream().filter(key -> user.path("corpus").hasNonNull(key)).toList();
    if (given.size() > 1) {
      throw new BadInput(
          "corpus: %s are given, expected one of them".formatted(String.join(" and ", given)));
    }
    if (given.contains("synthetic")) {
      corpus.put("tokenizer", "symbols");
    } else if (!given.isEmpty()) {
      corpus.set("synthetic", NullNode.instance);
      if (corpus.get("tokenizer").textValue().equals("symbols")) {
        corpus.put("tokenizer", "bytes");
      }
    }
    if (user.path("corpus").path("tokenizerFile").isObject()) {
      corpus.put("tokenizer", "file");
    }
  }

  private static void keepProportions(ObjectNode tree, ObjectNode user) {
    JsonNode given = user.path("training");
    ObjectNode training = (ObjectNode) tree.get("training");
    if (given.path("steps").canConvertToLong() && given.path("warmupSteps").isMissingNode()) {
      double share =
          training.get("warmupSteps").doubleValue() / training.get("steps").doubleValue();
      training.put("warmupSteps", Math.round(share * given.get("steps").longValue()));
    }
    if (given.path("learningRate").isNumber() && given.path("finalLearningRate").isMissingNode()) {
      double share =
          training.get("finalLearningRate").doubleValue()
              / training.get("learningRate").doubleValue();
      training.put("finalLearningRate", share * given.get("learningRate").doubleValue());
    }
    if (given.path("batch").canConvertToInt() && given.path("microBatch").isMissingNode()) {
      int batch = given.get("batch").intValue();
      int divisor = Math.max(1, Math.min(batch, training.get("microBatch").intValue()));
      while (batch % divisor != 0) {
        divisor--;
      }
      training.put("microBatch", divisor);
    }
  }

  private static void refuseNulls(ObjectNode tree) {
    for (String key : List.of("corpus", "families", "model", "training", "evaluation", "seed")) {
      if (tree.get(key).isNull()) {
        throw new BadInput("%s: null, expected a value or no such key".formatted(key));
      }
    }
    for (String part : List.of("corpus", "model", "training", "evaluation")) {
      tree.get(part)
          .properties()
          .forEach(
              entry -> {
                String key = part + "." + entry.getKey();
                boolean mayBeNull = NULLABLE.contains(key);
                if (entry.getValue().isNull() && !mayBeNull) {
                  throw new BadInput("%s: null, expected a value or no such key".formatted(key));
                }
              });
    }
  }

  private static List<Family> families(JsonNode entries, int vocabularySize) {
    if (!(entries instanceof ArrayNode) || entries.isEmpty()) {
      throw StrictReader.wrong(
          "families", entries, "a JSON list of at least one family, such as [\"arm\", \"mdm\"]");
    }
    List<Family> families = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      String where = "families[" + i + "]";
      JsonNode entry = entries.get(i);
      ObjectNode choice =
          entry instanceof TextNode
              ? JsonNodeFactory.instance.objectNode().set("family", entry)
              : entry instanceof ObjectNode object ? object : fail(where, entry);
      StrictReader.check(choice, FamilyChoice.class, where);
      if (!choice.path("family").isTextual()) {
        throw new BadInput(
            "%s.family: missing, expected arm, mdm, prime or prime-v2".formatted(where));
      }
      families.add(part(choice, where).resolve(vocabularySize, where));
    }
    return families;
  }

  private static ObjectNode fail(String where, JsonNode entry) {
    throw StrictReader.wrong(where, entry, "a family's name or an object");
  }

  private static FamilyChoice part(ObjectNode choice, String where) {
    try {
      return JSON.treeToValue(choice, FamilyChoice.class);
    } catch (JsonProcessingException e) {
      throw new BadInput(where + ": " + e.getOriginalMessage());
    }
  }

  private static <T> T part(ObjectNode tree, String key, Class<T> type) {
    try {
      return JSON.treeToValue(tree.get(key), type);
    } catch (JsonProcessingException e) {
      throw new BadInput(key + ": " + e.getOriginalMessage());
    }
  }
}
