package dev.primeline.workers.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.workers.worker.Stores;
import dev.primeline.workers.worker.WorkerSettings;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.ExperimentSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options that say what to learn, shared by every command that takes a specification. They make
 * the JSON that a user of the Temporal UI would type; {@code SpecReader} alone judges it.
 */
final class SpecOptions {

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description = "Where to start from (primeline presets lists them). Default: quickstart.")
  private @Nullable String preset;

  @Option(
      names = "--corpus",
      paramLabel = "URI",
      description =
          "Text to learn from: a file, directory or glob, local or s3://bucket/prefix/**, or an"
              + " https:// address; plain text, JSONL (also .gz, .zst) or Parquet. Default: the"
              + " preset's synthetic source, if it has one.")
  private @Nullable String corpus;

  @Option(
      names = "--dataset",
      paramLabel = "NAME",
      description =
          "A public dataset instead of --corpus (primeline presets lists them), read over the web.")
  private @Nullable String dataset;

  @Option(
      names = "--heldout",
      paramLabel = "URI",
      description = "Text to score. Default: 5 %% of the corpus' documents, chosen by hash.")
  private @Nullable String heldout;

  @Option(
      names = "--tokenizer",
      paramLabel = "bytes|gpt2|FILE",
      description =
          "How text becomes tokens; a file is a Hugging Face tokenizer.json, local or at an s3://"
              + " or https:// address. Default: the preset's.")
  private @Nullable String tokenizer;

  @Option(
      names = "--split",
      paramLabel = "file|blank-line|heading",
      description = "Where a document of plain text ends. Default: the preset's.")
  private @Nullable String split;

  @Option(
      names = "--families",
      paramLabel = "NAME",
      split = ",",
      description = "Which of arm, mdm, prime, prime-v2 to compare. Default: the preset's.")
  private List<String> families = new ArrayList<>();

  @Option(
      names = "--codes",
      paramLabel = "FILE",
      description =
          "A given code for every token: a JSON array, or a safetensors or PyTorch file with one"
              + " row of whole numbers. For every prime and prime-v2 in --families.")
  private @Nullable String codes;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Optimiser steps per family. Default: the preset's.")
  private @Nullable String steps;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of weights, data order, masks and shuffled codes. Default: the preset's.")
  private @Nullable String seed;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Any other key of the specification (primeline presets --show NAME shows them); may be"
              + " repeated. Example: --set model.layers=6")
  private List<String> settings = new ArrayList<>();

  /**
   * The typed options as a tree to lay over a preset; empty when there were none.
   *
   * @throws BadInput when a {@code --set} has no key or a key is given twice
   */
  ObjectNode overlay() {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    putText(tree, "preset", preset);
    putText(tree, "corpus.uri", corpus);
    putText(tree, "corpus.dataset", dataset);
    putText(tree, "corpus.heldout", heldout);
    boolean file = tokenizer != null && tokenizer.matches(".*[./].*");
    putText(tree, file ? "corpus.tokenizerFile.uri" : "corpus.tokenizer", tokenizer);
    putText(tree, "corpus.split", split);
    if (!families.isEmpty()) {
      ArrayNode names = tree.arrayNode();
      families.forEach(name -> names.add(family(name.strip())));
      put(tree, "families", names);
    } else if (codes != null) {
      throw new BadInput(
          "--codes: %s without --families, expected them with prime or prime-v2".formatted(codes));
    }
    putNumber(tree, "training.steps", steps);
    putNumber(tree, "seed", seed);
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new BadInput("--set: \"%s\", expected KEY=VALUE".formatted(setting));
      }
      put(tree, setting.substring(0, equals).strip(), value(setting.substring(equals + 1)));
    }
    return tree;
  }

  private JsonNode family(String name) {
    if (codes == null || !name.startsWith("prime")) {
      return JsonNodeFactory.instance.textNode(name);
    }
    ObjectNode family = JsonNodeFactory.instance.objectNode().put("family", name);
    family.putObject("codes").put("uri", codes);
    return family;
  }

  /**
   * Looks for the text that a specification names, where it will be read by this process.
   *
   * @return where it is, for the caller to read and to close
   * @throws BadInput when it is not there or may not be read
   */
  static CorpusSources requireFiles(ExperimentSpec spec, WorkerSettings settings)
      throws IOException {
    CorpusSources sources = Stores.sources(settings.withOwnFiles());
    boolean there = false;
    try {
      for (String uri : Arrays.asList(spec.corpus().uri(), spec.corpus().heldout())) {
        if (uri != null) {
          sources.require(uri);
        }
      }
      there = true;
      return sources;
    } finally {
      if (!there) {
        sources.close();
      }
    }
  }

  /**
   * Lays {@code KEY=VALUE} over what a file or a preset says.
   *
   * @throws BadInput when there is no key
   */
  static void replace(ObjectNode tree, String setting) {
    int equals = setting.indexOf('=');
    if (equals < 1) {
      throw new BadInput("--set: \"%s\", expected KEY=VALUE".formatted(setting));
    }
    String[] keys = setting.substring(0, equals).strip().split("\\.", -1);
    ObjectNode at = tree;
    for (int i = 0; i < keys.length - 1; i++) {
      at = at.get(keys[i]) instanceof ObjectNode below ? below : at.putObject(keys[i]);
    }
    at.set(keys[keys.length - 1], value(setting.substring(equals + 1)));
  }

  /** What parses as JSON is that JSON; anything else is a string. */
  private static JsonNode value(String text) {
    try {
      JsonNode parsed = JSON.readTree(text);
      return parsed.isMissingNode() ? JsonNodeFactory.instance.textNode(text) : parsed;
    } catch (JsonProcessingException notJson) {
      return JsonNodeFactory.instance.textNode(text);
    }
  }

  private static void putText(ObjectNode tree, String path, @Nullable String text) {
    if (text != null) {
      put(tree, path, tree.textNode(text));
    }
  }

  /** What is no number is refused with its key by the reader. */
  private static void putNumber(ObjectNode tree, String path, @Nullable String number) {
    if (number != null) {
      put(tree, path, value(number));
    }
  }

  private static void put(ObjectNode tree, String path, JsonNode value) {
    String[] keys = path.split("\\.", -1);
    ObjectNode at = tree;
    for (int i = 0; i < keys.length - 1; i++) {
      JsonNode below = at.get(keys[i]);
      if (below == null) {
        at = at.putObject(keys[i]);
      } else if (below instanceof ObjectNode object) {
        at = object;
      } else {
        throw twice(path, below, value);
      }
    }
    String key = keys[keys.length - 1];
    JsonNode before = at.get(key);
    if (before != null) {
      throw twice(path, before, value);
    }
    at.set(key, value);
  }

  private static BadInput twice(String path, JsonNode first, JsonNode second) {
    return new BadInput("%s: given as %s and as %s, expected once".formatted(path, first, second));
  }
}
