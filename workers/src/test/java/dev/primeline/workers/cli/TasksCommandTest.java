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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions to small models of text. */
class TasksCommandTest {

  @TempDir static Path folder;
  @TempDir Path data;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void train() throws IOException {
    Path corpus = folder.resolve("cats.txt");
    Files.writeString(corpus, "the cat sat on the mat and saw the other cat.\n\n".repeat(200));
    StringWriter err = new StringWriter();
    for (List<String> kind :
        List.of(
            List.of(
                "--corpus=" + corpus,
                "--heldout=" + corpus,
                "--tokenizer=bytes",
                "--set=model.length=64"),
            List.of("--set=corpus.synthetic.trainSequences=1000"))) {
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  "run",
                  "--preset=smoke",
                  "--families=arm,prime-v2",
                  "--steps=4",
                  "--set=evaluation.maxTokens=128",
                  "--run-id=run" + kind.size(),
                  "--output=" + folder));
      arguments.addAll(kind);
      int exit =
          Primeline.commandLine(Map.of())
              .setErr(new PrintWriter(err, true))
              .execute(arguments.toArray(String[]::new));
      assertThat(exit).as(err.toString()).isZero();
    }
  }

  @BeforeEach
  void questions() throws IOException {
    Files.writeString(
        data.resolve("valid.jsonl"),
        """
        {"goal": "Where does it sit?", "sol1": "on the mat", "sol2": "%$#@!?%$"}
        {"goal": "Who sat there?", "sol1": "QZXWJ", "sol2": "the other cat"}
        {"goal": "And?", "sol1": "sat", "sol2": "saw"}
        """);
    Files.writeString(data.resolve("valid-labels.lst"), "0\n1\n0\n");
  }

  private int tasks(String checkpoint, String... more) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> arguments =
        new ArrayList<>(List.of("tasks", "--checkpoint=" + checkpoint, "--output=" + folder));
    arguments.addAll(List.of(more));
    return Primeline.commandLine(Map.of())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments.toArray(String[]::new));
  }

  private String piqa() {
    return "--task=piqa=" + data.resolve("valid.jsonl");
  }

  private void expectRefusal(int exit, String said) {
    assertThat(exit).as(err.toString()).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).startsWith("primeline: ").contains(said).hasLineCount(1);
  }

  @Test
  void aTaskIsATableAndJsonForPrograms() throws IOException {
    assertThat(tasks("run4/arm", piqa())).as(err.toString()).isZero();
    assertThat(out.toString()).containsPattern("piqa +3 .* 66.67 +50.00 +- +0");
    assertThat(tasks("run4/prime-v2", piqa(), "--json", "--limit=2", "--draws=4")).isZero();
    JsonNode scores = new ObjectMapper().readTree(out.toString());
    assertThat(scores).hasSize(1);
    assertThat(scores.at("/0/questions").intValue()).isEqualTo(2);
    assertThat(scores.at("/0/bound").textValue()).isEqualTo("<=");
    assertThat(scores.at("/0/acc/standardError").isNumber()).isTrue();
  }

  @Test
  void aKilledEvaluationGoesOnToTheSameBytes() throws IOException {
    String there = "--out=" + data.resolve("answers");
    assertThat(tasks("run4/prime-v2", piqa(), there)).as(err.toString()).isZero();
    String table = out.toString();
    Path log = data.resolve("answers/piqa.jsonl");
    String whole = Files.readString(log);
    assertThat(whole.lines()).hasSize(4);

    int second = whole.indexOf("\n", whole.indexOf("\n") + 1);
    Files.writeString(log, whole.substring(0, second + 20));
    assertThat(tasks("run4/prime-v2", piqa(), there)).isZero();
    assertThat(Files.readString(log)).isEqualTo(whole);
    assertThat(out.toString()).isEqualTo(table);

    // An answer on record is not asked again.
    Files.writeString(log, whole.replaceFirst("\"nats\":[0-9.]+", "\"nats\":12345.0"));
    assertThat(tasks("run4/prime-v2", piqa(), there)).isZero();
    assertThat(Files.readString(log)).contains("12345.0");

    expectRefusal(
        tasks("run4/prime-v2", piqa(), there, "--draws=3"),
        "piqa.jsonl: holds something else than these answers");
    expectRefusal(tasks("run4/arm", piqa(), there), "piqa.jsonl: holds something else");
  }

  @Test
  void whatCannotBeMeantIsOneSentence() throws IOException {
    expectRefusal(tasks("run1/arm", piqa()), "symbols of a synthetic source, expected one of text");
    expectRefusal(tasks("run4/arm", "--task=piqa"), "--task: \"piqa\", expected NAME=FILE");
    expectRefusal(tasks("run4/arm", "--task=pika=x"), "did you mean \"piqa\"?");
    expectRefusal(tasks("run4/arm", piqa(), piqa()), "piqa is given twice");
    expectRefusal(tasks("run4/arm", piqa(), "--draws=0"), "draws: 0, expected at least 1");
    expectRefusal(tasks("run4/arm", piqa(), "--limit=0"), "--limit: 0, expected at least 1");
    Files.writeString(
        data.resolve("valid.jsonl"),
        "{\"goal\": \"a\", \"sol1\": \"" + "x".repeat(70) + "\", \"sol2\": \"c\"}\n");
    Files.writeString(data.resolve("valid-labels.lst"), "0\n");
    expectRefusal(
        tasks("run4/arm", piqa()),
        "valid.jsonl:1: choice 1 has 71 tokens, expected between 1 and the 64");
  }
}
