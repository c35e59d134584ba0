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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Branches of one small run; none of them may change it. */
class BranchCommandTest {

  private static final String RUN = "small";

  @TempDir static Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void runToTheEnd() {
    StringWriter err = new StringWriter();
    int exit =
        Primeline.commandLine(Map.of())
            .setErr(new PrintWriter(err, true))
            .execute(
                "run",
                "--preset=smoke",
                "--families=arm",
                "--steps=8",
                "--set=training.checkpointEvery=4",
                "--set=training.learningRate=0.004",
                "--set=training.finalLearningRate=0.001",
                "--run-id=" + RUN,
                "--output=" + folder);
    assertThat(exit).as(err.toString()).isZero();
  }

  private int primeline(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--output=" + folder);
    return Primeline.commandLine(Map.of())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }

  private static List<Path> mainManifests() throws IOException {
    return new StoredRun(folder)
        .manifests().stream().filter(manifest -> manifest.toString().contains("/main/")).toList();
  }

  /** The name of the branch that was announced. */
  private String branch() {
    return out.toString().substring(0, out.toString().indexOf(": a branch of "));
  }

  private static JsonNode spec(String run) throws IOException {
    return new ObjectMapper().readTree(folder.resolve("runs/" + run + "/spec.json").toFile());
  }

  @Test
  void anExtensionIsARunOfItsOwnThatTheSameCommandFindsAgain() throws IOException {
    List<Path> before = mainManifests();
    assertThat(primeline("extend", RUN, "--steps=12")).as(err.toString()).isZero();
    assertThat(out.toString())
        .startsWith("small-from-8-")
        .contains(": a branch of small to step 12, learning rate 0.00100 to 0.00100");
    String branch = branch();
    assertThat(mainManifests()).isEqualTo(before);
    assertThat(folder.resolve("runs/" + branch + "/report/index.html"))
        .content()
        .contains("branched at step 8 from");
    assertThat(spec(branch).at("/branch/from/0/checkpoint/key").textValue())
        .contains("/main/step-000000008/manifest.json");

    List<Path> trained = new StoredRun(folder).manifests();
    assertThat(primeline("extend", RUN, "--steps=12")).as(err.toString()).isZero();
    assertThat(new StoredRun(folder).manifests()).isEqualTo(trained);

    out.getBuffer().setLength(0);
    assertThat(primeline("runs")).isZero();
    assertThat(out.toString()).containsPattern(branch + " .*arm +done +12 +12 +=");
    assertThat(primeline("checkpoints", RUN)).isZero();
    assertThat(out.toString()).containsPattern("arm +from-8-[0-9a-f]{16} +12 ");

    // A branch can be branched again.
    assertThat(primeline("extend", branch, "--steps=14")).as(err.toString()).isZero();
    assertThat(out.toString()).contains("a branch of " + branch + " to step 14");
  }

  @Test
  void anotherLearningRateBranchesFromAnEarlierStep() throws IOException {
    List<Path> before = mainManifests();
    assertThat(primeline("change-learning-rate", RUN, "--learning-rate=0.002", "--from-step=4"))
        .as(err.toString())
        .isZero();
    assertThat(out.toString())
        .startsWith("small-from-4-")
        .contains("to step 8, learning rate 0.00200 to 0.000500");
    assertThat(mainManifests()).isEqualTo(before);
    assertThat(spec(branch()).at("/training/steps").longValue()).isEqualTo(8);
    assertThat(spec(RUN).at("/training/learningRate").doubleValue()).isEqualTo(0.004);
    assertThat(spec(RUN).has("branch")).isFalse();
  }

  private void expectRefusal(String said, String... command) throws IOException {
    List<Path> before = new StoredRun(folder).manifests();
    assertThat(primeline(command)).as(err.toString()).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).startsWith("primeline: ").contains(said).hasLineCount(1);
    assertThat(new StoredRun(folder).manifests()).isEqualTo(before);
    err.getBuffer().setLength(0);
  }

  @Test
  void whatCannotBeBranchedIsOneSentence() throws IOException {
    expectRefusal("expected more than the run's 8", "extend", RUN, "--steps=8");
    expectRefusal("--steps", "extend", RUN);
    expectRefusal("--steps", "extend", RUN, "--steps=many");
    expectRefusal("run smal is unknown", "extend", "smal", "--steps=12");
    expectRefusal(
        "arm has no whole checkpoint at step 5, expected one of [4, 8]",
        "extend",
        RUN,
        "--steps=12",
        "--from-step=5");
    expectRefusal(
        "arm has done all of its 8 steps, expected a step before the last to begin from",
        "change-learning-rate",
        RUN,
        "--learning-rate=0.1");
    expectRefusal(
        "training.learningRate: NaN",
        "change-learning-rate",
        RUN,
        "--learning-rate=NaN",
        "--from-step=4");
    expectRefusal(
        "training.finalLearningRate: 0.2, expected between 0.0 and 0.1",
        "change-learning-rate",
        RUN,
        "--learning-rate=0.1",
        "--final-learning-rate=0.2",
        "--from-step=4");
  }

  @Test
  void aRunThatIsNotFinishedIsExtendedOnlyFromANamedStep(@TempDir Path other) throws IOException {
    copy(other);
    for (Path manifest : new StoredRun(other).manifests(8)) {
      Files.writeString(manifest, "{}");
    }
    int exit =
        Primeline.commandLine(Map.of())
            .setErr(new PrintWriter(err, true))
            .execute("extend", RUN, "--steps=12", "--output=" + other);
    assertThat(exit).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .contains("arm is at step 4 of 8, expected a finished run (primeline continue small)");
  }

  private static void copy(Path to) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(folder.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
  }
}
