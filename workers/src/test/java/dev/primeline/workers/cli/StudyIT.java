package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.workers.cli.ChildProcesses.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole study on two device workers, one of them killed when half of its points are done. {@code
 * -Dprimeline.study} names its preset or file; what it found is kept in {@code target/study}.
 */
@EnabledIfSystemProperty(named = "primeline.study", matches = ".+", disabledReason = "takes long")
class StudyIT {

  private static final String STUDY = System.getProperty("primeline.study", "");
  private static final Duration PATIENCE = Duration.ofHours(3);
  private static final Pattern DONE = Pattern.compile("\\[(\\d+)/(\\d+)\\]");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @Test
  void aStudyOutlivesOneOfItsWorkersAndEveryNumberHasItsManifest() throws Exception {
    Path store = folder.resolve("store");
    try (LoopbackTemporal temporal = new LoopbackTemporal(Duration.ofSeconds(12));
        ChildProcesses processes = new ChildProcesses(folder)) {
      Map<String, String> cluster =
          Map.of(
              "TEMPORAL_ADDRESS",
              temporal.address(),
              "PRIMELINE_STORE",
              store.toString(),
              "PRIMELINE_DATA_ROOTS",
              folder.toString());
      List<String> arguments =
          List.of("study", "--spec=" + STUDY, "--output=" + folder.resolve("out"));
      var unused = processes.start(cluster, List.of("worker", "--role=orchestrator,cpu"));
      Child killed = processes.start(cluster, List.of("worker", "--role=gpu"));
      Child other = processes.start(cluster, List.of("worker", "--role=gpu"));
      long began = System.nanoTime();
      Child client = processes.start(cluster, arguments);
      while (!half(client.words())) {
        assertThat(client.process().waitFor(1, java.util.concurrent.TimeUnit.SECONDS))
            .as(client.words())
            .isFalse();
      }
      killed.kill();
      assertThat(client.exit(PATIENCE)).as(client.words()).isZero();
      assertThat(other.process().isAlive()).isTrue();
      System.out.printf("study took %d s%n", (System.nanoTime() - began) / 1_000_000_000);
      System.out.println(client.words());
    }
    Path report = report(store);
    everyNumberIsItsEvaluations(store, report);
    Path kept = Files.createDirectories(Path.of("target", "study"));
    for (String name : List.of("index.html", "points.csv", "result.json")) {
      Files.copy(report.resolve(name), kept.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static boolean half(String words) {
    Matcher matcher = DONE.matcher(words);
    boolean half = false;
    while (matcher.find()) {
      int known = Integer.parseInt(matcher.group(2));
      half |= known > 0 && 2 * Integer.parseInt(matcher.group(1)) >= known;
    }
    return half;
  }

  private static Path report(Path store) throws IOException {
    List<Path> pages = new ArrayList<>();
    try (Stream<Path> files = Files.walk(store.resolve("studies"))) {
      files.filter(file -> file.endsWith("index.html")).forEach(pages::add);
    }
    assertThat(pages).hasSize(1);
    return Objects.requireNonNull(pages.get(0).getParent());
  }

  private static void everyNumberIsItsEvaluations(Path store, Path report) throws IOException {
    JsonNode points = JSON.readTree(report.resolve("result.json").toFile()).get("points");
    assertThat(points).isNotEmpty();
    for (JsonNode point : points) {
      assertThat(store.resolve(point.get("checkpoint").asText())).isNotEmptyFile();
      JsonNode evaluation = JSON.readTree(store.resolve(point.get("evaluation").asText()).toFile());
      assertThat(evaluation.at("/scores/nelboNatsPerToken").asDouble())
          .isEqualTo(point.get("nats").asDouble());
    }
  }
}
