package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.workers.worker.Stores;
import dev.primeline.workers.worker.WorkerSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the store knows of its runs when it is S3: {@code -Dprimeline.it.s3=s3://bucket/prefix},
 * with {@code -Dprimeline.it.s3.endpoint=http://host:port} for one other than AWS. It leaves its
 * objects under a prefix of its own.
 */
@Tag("s3")
class RunsS3Test {

  private static final Optional<String> PLACE = property("primeline.it.s3");

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Map<String, String> environment = new HashMap<>();

  @BeforeAll
  static void requireServer() {
    assumeThat(PLACE).as("system property primeline.it.s3 = s3://bucket/prefix").isPresent();
  }

  private static Optional<String> property(String name) {
    return Optional.ofNullable(System.getProperty(name)).filter(value -> !value.isBlank());
  }

  /** Each command has an output folder and a cache of its own, as another machine has. */
  private int primeline(String machine, String... arguments) {
    environment.put("PRIMELINE_CACHE", folder.resolve(machine).resolve("cache").toString());
    out.getBuffer().setLength(0);
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--output=" + folder.resolve(machine).resolve("out"));
    return Primeline.commandLine(environment)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }

  @Test
  void anotherMachineListsVerifiesContinuesBranchesAndExports() throws Exception {
    environment.put(
        "PRIMELINE_STORE", PLACE.orElse("").replaceAll("/+$", "") + "/" + UUID.randomUUID());
    property("primeline.it.s3.endpoint")
        .ifPresent(
            endpoint -> {
              environment.put("PRIMELINE_S3_ENDPOINT", endpoint);
              environment.put("PRIMELINE_S3_PATH_STYLE", "true");
            });
    String[] run = {
      "run",
      "--preset=smoke",
      "--families=arm",
      "--steps=4",
      "--set=training.checkpointEvery=2",
      "--run-id=small"
    };
    assertThat(primeline("one", run)).as(err.toString()).isZero();

    assertThat(primeline("two", "runs")).as(err.toString()).isZero();
    assertThat(out.toString()).containsPattern("small .*arm +done +4 +4 +=");
    assertThat(primeline("two", "checkpoints", "small", "--verify")).isZero();
    assertThat(out.toString()).contains("verified").doesNotContain("damaged");
    Path weights = folder.resolve("arm.safetensors");
    assertThat(primeline("two", "export-weights", "--checkpoint=small/arm", "--out=" + weights))
        .as(err.toString())
        .isZero();
    assertThat(weights).isNotEmptyFile();

    String last = loseTheLastCheckpoint();
    assertThat(primeline("one", "checkpoints", "small", "--verify")).isEqualTo(ExitCode.FAILURE);
    assertThat(out.toString()).contains("damaged: " + last + ": missing");
    assertThat(primeline("three", "continue", "small")).as(err.toString()).isZero();
    assertThat(primeline("four", "extend", "small", "--steps=6")).as(err.toString()).isZero();
    assertThat(out.toString()).contains(": a branch of small to step 6");
    assertThat(primeline("two", "runs")).isZero();
    assertThat(out.toString()).containsPattern("small-from-4-\\S+ .*arm +done +6 +6 +=");
  }

  /** Removes a file that a manifest names, which the first machine still has in its cache. */
  private String loseTheLastCheckpoint() throws Exception {
    try (ArtifactStore store =
        Stores.open(WorkerSettings.from(environment), folder.resolve("unused"))) {
      String model =
          store.list("trainings/").stream()
              .filter(key -> key.contains("/step-000000004/") && key.endsWith("/model.safetensors"))
              .findFirst()
              .orElseThrow();
      store.delete(model);
      return model;
    }
  }
}
