package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three small runs: two of one text, one of another. */
class CompareCommandTest {

  @TempDir static Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void runs() {
    run("slow", "--set=training.learningRate=1e-4", "--set=training.finalLearningRate=1e-4");
    run("fast", "--set=training.learningRate=1e-2");
    run("other", "--seed=2");
  }

  private static void run(String name, String... more) {
    StringWriter err = new StringWriter();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "run",
                "--preset=smoke",
                "--families=arm,prime-v2",
                "--steps=12",
                "--set=training.evaluateEvery=6",
                "--run-id=" + name,
                "--output=" + folder));
    arguments.addAll(Arrays.asList(more));
    int exit =
        Primeline.commandLine(Map.of())
            .setErr(new PrintWriter(err, true))
            .execute(arguments.toArray(String[]::new));
    assertThat(exit).as(err.toString()).isZero();
  }

  private int compare(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> all = new ArrayList<>(List.of("compare", "--output=" + folder));
    all.addAll(Arrays.asList(arguments));
    return Primeline.commandLine(Map.of())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }

  @Test
  void runsAreComparedFamilyByFamily() throws IOException {
    assertThat(compare("slow", "fast", "--json")).as(err.toString()).isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.at("/models")).hasSize(4);
    assertThat(json.at("/differences")).hasSize(6);
    assertThat(json.at("/unpaired")).isEmpty();
    assertThat(json.at("/specification").findValuesAsText("key"))
        .contains("training.learningRate")
        .doesNotContain("seed", "model.width");
    JsonNode first = json.at("/models/0");
    assertThat(first.get("name").textValue()).isEqualTo("slow/arm");
    assertThat(first.get("curve")).hasSize(12);
    for (JsonNode difference : json.get("differences")) {
      double expected =
          nats(json, difference.get("first").textValue())
              - nats(json, difference.get("second").textValue());
      assertThat(difference.get("natsPerToken").doubleValue()).isCloseTo(expected, within(1e-5));
      assertThat(difference.get("low").doubleValue()).isLessThan(expected);
    }
  }

  private static double nats(JsonNode json, String name) {
    for (JsonNode model : json.get("models")) {
      if (model.get("name").textValue().equals(name)) {
        return model.get("natsPerToken").doubleValue();
      }
    }
    throw new AssertionError(name);
  }

  @Test
  void tablesAreShownAndFilesWritten() throws IOException {
    Path files = folder.resolve("compared");
    assertThat(compare("slow/arm", "fast/arm", "--out=" + files)).as(err.toString()).isZero();
    assertThat(out.toString())
        .containsSubsequence(
            "What the specifications differ in",
            "Scores on the held-out text",
            "Paired differences, first minus second")
        .containsPattern("slow/arm +fast/arm +\\d\\.\\d{4} +0\\.\\d{4} .* yes")
        .containsPattern("training.learningRate +1.0E-4 +0.01")
        .contains("index.html");
    assertThat(files.resolve("comparison.json")).isNotEmptyFile();
    assertThat(Files.readAllLines(files.resolve("curves.csv")))
        .hasSize(1 + 2 * 12)
        .startsWith("model,step,tokens,loss,heldoutNats,heldoutError");
    assertThat(Files.readAllLines(files.resolve("differences.csv"))).hasSize(2);
    assertThat(Files.readAllLines(files.resolve("scores.csv"))).hasSize(3);
    assertThat(files.resolve("specification.csv")).isNotEmptyFile();
    assertThat(files.resolve("mask-ratio.csv")).isNotEmptyFile();
    assertThat(Files.readString(files.resolve("index.html")))
        .containsSubsequence(
            "Comparison of slow, fast",
            "What the specifications differ in",
            "Learning curves",
            "<svg",
            "Scores on the held-out text",
            "Paired differences");
  }

  @Test
  void scoresOfOtherTextsAreNotSubtracted() {
    assertThat(compare("slow/arm", "other/arm")).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("not the same windows, so no difference: slow/arm, other/arm")
        .doesNotContain(" yes", " no\n");
  }

  @Test
  void whatCannotBeMeantIsOneSentence() throws IOException {
    expectRefusal(compare("slow/arm"), "slow/arm: one model, expected at least two");
    expectRefusal(compare("slow", "fats"), "did you mean \"fast\"?");
    expectRefusal(compare("slow", "fast/amr"), "run fast has no family amr; did you mean \"arm\"?");
    Path result = folder.resolve("runs/other/result.json");
    byte[] before = Files.readAllBytes(result);
    Files.delete(result);
    expectRefusal(compare("slow", "other"), "run other has no result yet, expected a finished run");
    Files.write(result, before);
  }

  private void expectRefusal(int exit, String said) {
    assertThat(exit).as(err.toString()).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).startsWith("primeline: ").contains(said).hasLineCount(1);
  }
}
