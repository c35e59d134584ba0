package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small run, and what the store knows of it afterwards. */
class RunsCommandTest {

  private static final int STEPS = 8;

  @TempDir static Path done;
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void runToTheEnd() {
    StringWriter err = new StringWriter();
    int exit =
        Primeline.commandLine(Map.of())
            .setErr(new PrintWriter(err, true))
            .execute(run(done, "--run-id=small"));
    assertThat(exit).as(err.toString()).isZero();
  }

  private static String[] run(Path output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "run",
                "--preset=smoke",
                "--families=arm,prime-v2",
                "--steps=" + STEPS,
                "--set=training.checkpointEvery=4",
                "--set=training.evaluateEvery=8",
                "--output=" + output));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  @BeforeEach
  void copyTheRun() throws IOException {
    try (Stream<Path> files = Files.walk(done)) {
      for (Path file : files.toList()) {
        Path copy = folder.resolve(done.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
  }

  private int primeline(String... arguments) {
    return Primeline.commandLine(Map.of())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private String output() {
    return "--output=" + folder;
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(out.toString());
  }

  private void delete(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** As if the run had been killed at half of its steps. */
  private void forgetTheSecondHalf() throws IOException {
    for (Path manifest : new StoredRun(folder).manifests(STEPS)) {
      delete(manifest.resolveSibling(".").normalize());
    }
    delete(folder.resolve("evaluations"));
    Files.delete(folder.resolve("runs/small/result.json"));
    delete(folder.resolve("runs/small/report"));
    Files.delete(folder.resolve("result.json"));
  }

  @Test
  void aDoneRunIsListedWithItsScores() throws IOException {
    assertThat(primeline("runs", output())).isZero();
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString().lines()).hasSize(4);
    assertThat(out.toString())
        .containsPattern("small +20\\d\\d-\\S+Z +arm +done +8 +8 += \\d\\.\\d{4}")
        .containsPattern("small +20\\d\\d-\\S+Z +prime-v2 +done +8 +8 +<= \\d\\.\\d{4}");
  }

  @Test
  void programsReadTheSameAsJson() throws IOException {
    assertThat(primeline("runs", "--json", output())).isZero();
    assertThat(json()).hasSize(1);
    JsonNode arm = json().at("/0/families/0");
    assertThat(arm.get("state").textValue()).isEqualTo("DONE");
    assertThat(arm.get("bound").textValue()).isEqualTo("=");
    assertThat(arm.get("nelboNatsPerToken").doubleValue()).isPositive();
  }

  @Test
  void aRunThatWasCutShortContinuesByItsNameToTheSameBytes() throws IOException {
    StoredRun run = new StoredRun(folder);
    Map<String, String> undisturbed = run.digests(STEPS);
    forgetTheSecondHalf();
    assertThat(primeline("runs", output())).isZero();
    assertThat(out.toString()).containsPattern("arm +begun +4 +8 +-");

    assertThat(primeline("continue", "small", output())).as(err.toString()).isZero();
    assertThat(run.digests(STEPS)).isEqualTo(undisturbed);
    assertThat(folder.resolve("runs/small/result.json")).exists();
    assertThat(folder.resolve("result.json")).exists();
  }

  @Test
  void checkpointsAreListedPerFamilyAndStep() throws IOException {
    assertThat(primeline("checkpoints", "small", output())).isZero();
    assertThat(out.toString().lines()).hasSize(6);
    assertThat(out.toString())
        .containsPattern("arm +main +4 +\\d{5,} +- +not read +trainings/\\S+/step-000000004/man")
        .containsPattern("prime-v2 +main +8 +\\d{5,} +\\d\\.\\d{4} +not read +trainings/");
  }

  @Test
  void verifyingReadsEveryFileAndNamesTheDamagedOne() throws IOException {
    assertThat(primeline("checkpoints", "small", "--verify", output())).isZero();
    assertThat(out.toString()).contains("verified").doesNotContain("damaged", "not read");

    Path manifest = new StoredRun(folder).manifests(STEPS).get(0);
    String key = new ObjectMapper().readTree(manifest.toFile()).at("/optimizer/key").textValue();
    byte[] moments = Files.readAllBytes(folder.resolve(key));
    moments[moments.length / 2] ^= 1;
    Files.write(folder.resolve(key), moments);

    assertThat(primeline("checkpoints", "small", output())).isZero();
    assertThat(primeline("checkpoints", "small", "--verify", output())).isEqualTo(ExitCode.FAILURE);
    assertThat(out.toString()).contains("damaged: " + key + ": ");
  }

  @Test
  void aManifestThatIsNoneIsDamagedWithoutReadingFiles() throws IOException {
    Path manifest = new StoredRun(folder).manifests(STEPS).get(0);
    Files.writeString(manifest, "{}");
    assertThat(primeline("checkpoints", "small", "--json", output())).isEqualTo(ExitCode.FAILURE);
    assertThat(json()).hasSize(4);
    assertThat(out.toString()).contains("is not a checkpoint's manifest");
  }

  @Test
  void aNameInUseForAnotherSpecificationIsRefusedBeforeAnythingIsTrained() throws IOException {
    List<Path> before = new StoredRun(folder).manifests();
    assertThat(primeline(run(folder, "--run-id=small", "--seed=2"))).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .isEqualToNormalizingNewlines(
            "primeline: run small is on record with another specification (seed is 1 there and 2"
                + " here), expected the same or another --run-id\n");
    assertThat(new StoredRun(folder).manifests()).isEqualTo(before);
  }

  @Test
  void anUnknownRunIsOneSentence() {
    for (String command : List.of("checkpoints", "continue")) {
      assertThat(primeline(command, "smal", output())).isEqualTo(ExitCode.USAGE);
    }
    assertThat(err.toString().lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("primeline: run smal is unknown in file:"))
        .allMatch(line -> line.endsWith("; did you mean \"small\"?"));
  }

  @Test
  void aFolderThatIsNotThereIsNotMade() {
    Path none = folder.resolve("none");
    assertThat(primeline("runs", "--output=" + none)).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .isEqualToNormalizingNewlines(
            "primeline: --output: %s is no folder, expected the one of an earlier run\n"
                .formatted(none));
    assertThat(none).doesNotExist();
  }

  @Test
  void resultAndReportOfADoneRunArePulled(@TempDir Path desk) throws IOException {
    assertThat(primeline("pull", "small", "--to=" + desk, output())).as(err.toString()).isZero();
    for (String file : List.of("result.json", "report/index.html", "spec.json")) {
      assertThat(desk.resolve(file))
          .hasSameBinaryContentAs(folder.resolve("runs/small").resolve(file));
    }
    assertThat(out.toString()).contains("report  " + desk.resolve("report/index.html"));
  }

  @Test
  void aRunWithoutAResultIsNotPulled(@TempDir Path desk) throws IOException {
    forgetTheSecondHalf();
    assertThat(primeline("pull", "small", "--to=" + desk, output())).isEqualTo(ExitCode.FAILURE);
    assertThat(err.toString()).contains("run small has no result yet").hasLineCount(1);
    assertThat(desk).isEmptyDirectory();
    assertThat(primeline("pull", "smal", "--to=" + desk, output())).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("did you mean \"small\"?");
  }
}
