package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.workflows.artifact.Hashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole processes: undisturbed, killed by signal 9, and told to leave. */
class KilledRunTest {

  private static final int STEPS = 300;
  private static final int CHECKPOINT_EVERY = 20;

  @TempDir Path folder;

  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void leaveNoProcessBehind() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void aKilledRunContinuesAndEndsWithTheBytesOfAnUndisturbedOne() throws Exception {
    Path undisturbed = folder.resolve("undisturbed");
    finish(start(undisturbed));
    Path again = folder.resolve("again");
    finish(start(again));
    Path killed = folder.resolve("killed");
    Process first = start(killed);
    awaitCheckpoint(killed, 2 * CHECKPOINT_EVERY);
    assertThat(first.destroyForcibly().waitFor()).isEqualTo(128 + 9);
    assertThat(killed.resolve("result.json")).doesNotExist();
    assertThat(committedSteps(killed)).doesNotContain((long) STEPS);
    // Whoever starts over writes this checkpoint again; whoever continues has no need of it.
    forget(killed, CHECKPOINT_EVERY);
    finish(start(killed));
    assertThat(committedSteps(killed)).as(logs()).containsOnlyOnce((long) CHECKPOINT_EVERY);

    assertThat(digests(undisturbed)).hasSize(3 * 2);
    assertThat(digests(again)).isEqualTo(digests(undisturbed));
    assertThat(digests(killed)).isEqualTo(digests(undisturbed));
    assertThat(bytes(undisturbed)).isBetween(planned(undisturbed), planned(undisturbed) + 20_000);
    assertThat(scores(killed)).isEqualTo(scores(undisturbed));
  }

  @Test
  void aRunToldToLeaveSavesWhereItStandsAndTheSameCommandContinues() throws Exception {
    Path undisturbed = folder.resolve("undisturbed");
    finish(start(undisturbed));
    Path interrupted = folder.resolve("interrupted");
    Process first = start(interrupted);
    awaitCheckpoint(interrupted, CHECKPOINT_EVERY);
    first.destroy();
    assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(first.exitValue()).isEqualTo(128 + 15);
    assertThat(interrupted.resolve("result.json")).doesNotExist();
    finish(start(interrupted));
    assertThat(digests(interrupted)).isEqualTo(digests(undisturbed));
  }

  private Process start(Path output) throws IOException {
    Files.createDirectories(folder);
    ProcessBuilder run =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Primeline.class.getName(),
            "run",
            "--preset=smoke",
            "--families=mdm,prime-v2",
            "--steps=" + STEPS,
            "--set=training.checkpointEvery=" + CHECKPOINT_EVERY,
            "--output=" + output);
    run.environment().keySet().removeIf(name -> name.startsWith("TEMPORAL_"));
    run.environment().remove("PRIMELINE_STORE");
    // The same on every machine, and asleep when another test needs the cores.
    run.environment()
        .putAll(
            Map.of("OMP_NUM_THREADS", "1", "OMP_WAIT_POLICY", "passive", "DJL_OFFLINE", "true"));
    run.redirectErrorStream(true);
    run.redirectOutput(ProcessBuilder.Redirect.appendTo(log(output).toFile()));
    Process process = run.start();
    started.add(process);
    return process;
  }

  private static Path log(Path output) {
    return output.resolveSibling(output.getFileName() + ".log");
  }

  private void finish(Process process) throws Exception {
    assertThat(process.waitFor(4, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(logs()).isZero();
  }

  private String logs() throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".log")).sorted().toList()) {
        text.append(file).append('\n').append(Files.readString(file));
      }
    }
    return text.toString();
  }

  private static void awaitCheckpoint(Path output, long step) {
    await()
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> committedSteps(output).contains(step));
  }

  private static List<Long> committedSteps(Path output) throws IOException {
    return manifests(output).stream().map(KilledRunTest::stepOf).toList();
  }

  private static long stepOf(Path manifest) {
    String folder = manifest.getName(manifest.getNameCount() - 2).toString();
    return Long.parseLong(folder.substring("step-".length()));
  }

  private static List<Path> manifests(Path output) throws IOException {
    Path trainings = output.resolve("trainings");
    if (!Files.isDirectory(trainings)) {
      return List.of();
    }
    try (Stream<Path> files =
        Files.find(trainings, 4, (f, a) -> f.endsWith("manifest.json") && a.isRegularFile())) {
      return files.sorted().toList();
    }
  }

  /** SHA-256 of every file of the last checkpoints, by training and file name. */
  private static Map<String, String> digests(Path output) throws IOException {
    Map<String, String> digests = new TreeMap<>();
    for (Path manifest : manifests(output)) {
      JsonNode json = new ObjectMapper().readTree(manifest.toFile());
      if (json.get("step").longValue() == STEPS) {
        for (String file : List.of("model", "optimizer", "state")) {
          Path bytes = output.resolve(json.get(file).get("key").textValue());
          digests.put(
              json.get("training").textValue() + " " + file,
              Hashes.sha256(Files.readAllBytes(bytes)));
        }
      }
    }
    return digests;
  }

  /** Of the weights and moments of the last checkpoints. */
  private static long bytes(Path output) throws IOException {
    long bytes = 0;
    for (Path manifest : manifests(output)) {
      if (stepOf(manifest) == STEPS) {
        JsonNode json = new ObjectMapper().readTree(manifest.toFile());
        bytes += json.get("model").get("bytes").longValue();
        bytes += json.get("optimizer").get("bytes").longValue();
      }
    }
    return bytes;
  }

  /** What {@code primeline plan} says of them: without the files' headers. */
  private static long planned(Path output) throws IOException {
    long parameters = 0;
    for (JsonNode family :
        new ObjectMapper().readTree(output.resolve("result.json").toFile()).get("families")) {
      parameters += family.get("parameters").longValue();
    }
    return 3 * Float.BYTES * parameters;
  }

  private static List<JsonNode> scores(Path output) throws IOException {
    List<JsonNode> scores = new ArrayList<>();
    for (JsonNode family :
        new ObjectMapper().readTree(output.resolve("result.json").toFile()).get("families")) {
      scores.add(family.get("name"));
      scores.add(family.get("nelboNatsPerToken"));
      scores.add(family.get("maskError"));
    }
    return scores;
  }

  private static void forget(Path output, long step) throws IOException {
    for (Path manifest : manifests(output)) {
      if (stepOf(manifest) == step) {
        Files.delete(manifest);
      }
    }
  }
}
