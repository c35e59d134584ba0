package dev.primeline.workers.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.checkpoints.TrainingBranch;
import dev.primeline.activities.training.StepMetrics;
import dev.primeline.workflows.artifact.Hashes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What runs left in a folder that is output and store in one. */
public record StoredRun(Path folder) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public Path result() {
    return folder.resolve("result.json");
  }

  /** Manifests of committed checkpoints, of all trainings or of one step of them. */
  public List<Path> manifests() throws IOException {
    return files(folder.resolve("trainings"), "manifest.json");
  }

  public List<Path> manifests(long step) throws IOException {
    return manifests().stream().filter(manifest -> stepOf(manifest) == step).toList();
  }

  public List<Path> evaluations() throws IOException {
    return files(folder.resolve("evaluations"), ".json");
  }

  /** Files that no artifact is named after. */
  public List<Path> unfinished() throws IOException {
    return files(folder.resolve(".incoming"), "");
  }

  public static long stepOf(Path manifest) {
    String folder = manifest.getName(manifest.getNameCount() - 2).toString();
    return Long.parseLong(folder.substring("step-".length()));
  }

  /** SHA-256 of every file of a step's checkpoints, by training and file name. */
  public Map<String, String> digests(long step) throws IOException {
    Map<String, String> digests = new TreeMap<>();
    for (Path manifest : manifests(step)) {
      JsonNode json = JSON.readTree(manifest.toFile());
      for (String file : List.of("model", "ema", "optimizer", "state")) {
        if (!json.has(file)) {
          continue; // No average is kept.
        }
        Path bytes = folder.resolve(json.get(file).get("key").textValue());
        digests.put(
            json.get("training").textValue() + " " + file,
            Hashes.sha256(Files.readAllBytes(bytes)));
      }
    }
    return digests;
  }

  /** The trainings of the store, by their hashes. */
  public List<String> trainings() throws IOException {
    Path trainings = folder.resolve("trainings");
    if (!Files.isDirectory(trainings)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(trainings)) {
      return folders.map(training -> training.getFileName().toString()).sorted().toList();
    }
  }

  /** The last committed step of a training; 0 before the first. */
  public long committed(String training) throws IOException {
    return files(folder.resolve("trainings").resolve(training), "manifest.json").stream()
        .mapToLong(StoredRun::stepOf)
        .max()
        .orElse(0);
  }

  /**
   * The log of every training as the report reads it, but for what depends on the machine: a list
   * of the lines' steps, and of all that they say of learning.
   */
  public Map<String, List<List<Object>>> log() throws IOException {
    Map<String, List<List<Object>>> log = new TreeMap<>();
    try (LocalArtifactStore store = new LocalArtifactStore(folder)) {
      for (String training : trainings()) {
        List<List<Object>> lines = new ArrayList<>();
        for (StepMetrics line : new TrainingBranch(store, training, "main").metrics()) {
          lines.add(
              Arrays.asList(
                  line.step(),
                  line.tokens(),
                  line.loss(),
                  line.gradientNorm(),
                  line.learningRate(),
                  line.heldoutNats(),
                  line.heldoutError(),
                  line.skippedBatches()));
        }
        log.put(training, lines);
      }
    }
    return log;
  }

  /** Size of the weights and moments of a step's checkpoints. */
  public long bytes(long step) throws IOException {
    long bytes = 0;
    for (Path manifest : manifests(step)) {
      JsonNode json = JSON.readTree(manifest.toFile());
      bytes += json.get("model").get("bytes").longValue();
      bytes += json.get("optimizer").get("bytes").longValue();
    }
    return bytes;
  }

  /** Trainable numbers of all families together. */
  public long parameters() throws IOException {
    long parameters = 0;
    for (JsonNode family : JSON.readTree(result().toFile()).get("families")) {
      parameters += family.get("parameters").longValue();
    }
    return parameters;
  }

  /** All that result.json says of its families but where things are and how fast they went. */
  public List<Map<String, JsonNode>> scores() throws IOException {
    List<Map<String, JsonNode>> scores = new ArrayList<>();
    for (JsonNode family : JSON.readTree(result().toFile()).get("families")) {
      Map<String, JsonNode> said = new TreeMap<>();
      family.properties().forEach(field -> said.put(field.getKey(), field.getValue()));
      said.keySet().removeAll(List.of("trainTokensPerSecond", "checkpoint", "weights"));
      scores.add(said);
    }
    return scores;
  }

  private static List<Path> files(Path below, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(below)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(ending))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    } catch (NoSuchFileException notYet) {
      return List.of();
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof NoSuchFileException) {
        return files(below, ending); // A checkpoint left while it was looked at.
      }
      throw e;
    }
  }
}
