package dev.primeline.activities.checkpoints;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The commit of a checkpoint. What it does not name does not exist.
 *
 * @param formatVersion of this file and of the files it names
 * @param training hash of the training
 * @param branch of the training
 * @param step optimiser steps done
 * @param attempt the execution that wrote it
 * @param model model.safetensors
 * @param ema ema.safetensors, the moving average of the weights; null where none is kept
 * @param optimizer optimizer.safetensors; null for a model that was trained elsewhere
 * @param state state.json; null likewise
 * @param heldoutNats the last held-out NELBO since the checkpoint before, nats per token; null
 *     without one
 * @param metrics the whole log up to this step, parts in order; each step is in one part
 */
record Manifest(
    int formatVersion,
    String training,
    String branch,
    long step,
    String attempt,
    ArtifactRef model,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ArtifactRef ema,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ArtifactRef optimizer,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ArtifactRef state,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double heldoutNats,
    List<ArtifactRef> metrics) {

  static final int FORMAT_VERSION = 1;

  /** SHA-256 of all the other fields as compact JSON; this rule holds in every format version. */
  private static final String CHECK = "check";

  /** Fields of a later program do not make a checkpoint damaged: the check covers them. */
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  Manifest {
    Objects.requireNonNull(training);
    Objects.requireNonNull(branch);
    Objects.requireNonNull(attempt);
    Objects.requireNonNull(model);
    metrics = List.copyOf(metrics);
  }

  /** The files that are this checkpoint's alone; the log is shared with those after it. */
  List<ArtifactRef> own() {
    return Stream.of(model, ema, optimizer, state).filter(Objects::nonNull).toList();
  }

  /** What a model is scored with. */
  ArtifactRef scored() {
    return ema == null ? model : ema;
  }

  /** Every file that it names. */
  List<ArtifactRef> files() {
    List<ArtifactRef> files = new ArrayList<>(own());
    files.addAll(metrics);
    return files;
  }

  /** The file's content: the fields, and a check over them. */
  byte[] seal() throws IOException {
    ObjectNode tree = JSON.valueToTree(this);
    tree.put(CHECK, check(tree));
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(tree);
  }

  /**
   * Reads a file's content.
   *
   * @throws DamagedArtifactException when it is not what was sealed
   * @throws BadInput when it was sealed by a program that knows a newer format
   */
  static Manifest unseal(byte[] json, String key) throws IOException {
    try {
      if (!(JSON.readTree(json) instanceof ObjectNode tree)
          || !(tree.remove(CHECK) instanceof TextNode check)
          || !check.textValue().equals(check(tree))) {
        throw damaged(key);
      }
      int version = tree.path("formatVersion").asInt();
      if (version > FORMAT_VERSION) {
        throw new BadInput(
            "%s: format version %d, expected at most %d: it was written by a newer Primeline"
                .formatted(key, version, FORMAT_VERSION));
      }
      return JSON.treeToValue(tree, Manifest.class);
    } catch (JsonProcessingException e) {
      throw damaged(key);
    }
  }

  private static String check(ObjectNode fields) throws JsonProcessingException {
    return Hashes.sha256(JSON.writeValueAsBytes(fields));
  }

  private static DamagedArtifactException damaged(String key) {
    return new DamagedArtifactException("%s is not a checkpoint's manifest".formatted(key));
  }
}
