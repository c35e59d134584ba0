package dev.primeline.workers.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.workflows.artifact.Hashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What runs left in a folder that is output and store in one. */
record StoredRun(Path folder) {

  private static final ObjectMapper JSON = new ObjectMapper();

  Path result() {
    return folder.resolve("result.json");
  }

  /** Manifests of committed checkpoints, of all trainings or of one step of them. */
  List<Path> manifests() throws IOException {
    return files(folder.resolve("trainings"), "manifest.json");
  }

  List<Path> manifests(long step) throws IOException {
    return manifests().stream().filter(manifest -> stepOf(manifest) == step).toList();
  }

  List<Path> evaluations() throws IOException {
    return files(folder.resolve("evaluations"), ".json");
  }

  /** Files that no artifact is named after. */
  List<Path> unfinished() throws IOException {
    return files(folder.resolve(".incoming"), "");
  }

  static long stepOf(Path manifest) {
    String folder = manifest.getName(manifest.getNameCount() - 2).toString();
    return Long.parseLong(folder.substring("step-".length()));
  }

  /** SHA-256 of every file of a step's checkpoints, by training and file name. */
  Map<String, String> digests(long step) throws IOException {
    Map<String, String> digests = new TreeMap<>();
    for (Path manifest : manifests(step)) {
      JsonNode json = JSON.readTree(manifest.toFile());
      for (String file : List.of("model", "optimizer", "state")) {
        Path bytes = folder.resolve(json.get(file).get("key").textValue());
        digests.put(
            json.get("training").textValue() + " " + file,
            Hashes.sha256(Files.readAllBytes(bytes)));
      }
    }
    return digests;
  }

  /** Size of the weights and moments of a step's checkpoints. */
  long bytes(long step) throws IOException {
    long bytes = 0;
    for (Path manifest : manifests(step)) {
      JsonNode json = JSON.readTree(manifest.toFile());
      bytes += json.get("model").get("bytes").longValue();
      bytes += json.get("optimizer").get("bytes").longValue();
    }
    return bytes;
  }

  /** Trainable numbers of all families together. */
  long parameters() throws IOException {
    long parameters = 0;
    for (JsonNode family : JSON.readTree(result().toFile()).get("families")) {
      parameters += family.get("parameters").longValue();
    }
    return parameters;
  }

  /** All that result.json says of its families but where things are and how fast they went. */
  List<Map<String, JsonNode>> scores() throws IOException {
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
    }
  }
}
