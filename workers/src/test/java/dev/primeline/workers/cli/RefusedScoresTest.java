package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.activities.evaluation.StoredEvaluation;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.evaluation.SelfCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A score whose self-check failed is shown, marked, and ends the command with an error. No model of
 * ours fails it, so the verdict is written into scores that a store holds. Weights that are no
 * numbers give no score at all.
 */
class RefusedScoresTest {

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int primeline(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Primeline.commandLine(Map.of())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @BeforeEach
  void write() throws IOException {
    Files.writeString(
        folder.resolve("cats.txt"), "the cat sat on the mat and saw the cat.\n\n".repeat(50));
  }

  private int run(String name) {
    return primeline(
        "run",
        "--preset=smoke",
        "--families=arm",
        "--corpus=" + folder.resolve("cats.txt"),
        "--heldout=" + folder.resolve("cats.txt"),
        "--tokenizer=bytes",
        "--steps=4",
        "--set=evaluation.maxTokens=64",
        "--set=model.length=32",
        "--run-id=" + name,
        "--output=" + folder);
  }

  private int evaluate() {
    return primeline(
        "evaluate",
        "--checkpoint=first/arm",
        "--heldout=cats=" + folder.resolve("cats.txt"),
        "--max-tokens=128",
        "--output=" + folder);
  }

  private void alarm() throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<Path> stored;
    try (var files = Files.list(folder.resolve("evaluations"))) {
      stored = files.toList();
    }
    assertThat(stored).isNotEmpty();
    for (Path file : stored) {
      StoredEvaluation held = StoredEvaluation.fromJson(Files.readAllBytes(file));
      SelfCheck failed =
          new SelfCheck(List.of(new SelfCheck.Alarm("oracle", true, "0.7 nats too few")));
      Object[] content = {held.inputs(), held.scores(), failed, held.windows()};
      String checksum = Hashes.sha256(json.writeValueAsBytes(content));
      Files.write(
          file,
          new StoredEvaluation(held.inputs(), held.scores(), failed, held.windows(), checksum)
              .toJson());
    }
  }

  @Test
  void aFailedSelfCheckIsShownAndEndsTheCommandWithAnError() throws IOException {
    assertThat(run("first")).as(err.toString()).isZero();
    assertThat(evaluate()).as(err.toString()).isZero();
    String table = out.toString();

    alarm();
    assertThat(evaluate()).isEqualTo(ExitCode.FAILURE);
    assertThat(out.toString()).isEqualTo(table);
    assertThat(err.toString())
        .contains("the self-check fired, these numbers must not be believed", "0.7 nats too few");

    assertThat(run("second")).isEqualTo(ExitCode.FAILURE);
    assertThat(err.toString()).contains("0.7 nats too few");
    Path report = folder.resolve("runs/second");
    assertThat(report.resolve("result.json")).content().contains("0.7 nats too few");
    assertThat(report.resolve("report/index.html")).content().contains("0.7 nats too few");
  }

  @Test
  void weightsThatAreNoNumbersAreRefusedInOneSentence() throws IOException {
    assertThat(run("first")).as(err.toString()).isZero();
    for (Path manifest : new StoredRun(folder).manifests()) {
      spoil(manifest);
    }
    String said = "number 0 of transformer.wte.weight is NaN, expected a finite one";
    expectRefusal(evaluate(), said);
    expectRefusal(
        primeline("generate", "--checkpoint=first/arm", "--tokens=2", "--output=" + folder), said);
    Files.writeString(
        folder.resolve("valid.jsonl"), "{\"goal\": \"a\", \"sol1\": \"b\", \"sol2\": \"c\"}\n");
    Files.writeString(folder.resolve("valid-labels.lst"), "0\n");
    expectRefusal(
        primeline(
            "tasks",
            "--checkpoint=first/arm",
            "--task=piqa=" + folder.resolve("valid.jsonl"),
            "--output=" + folder),
        said);
  }

  private void expectRefusal(int exit, String said) {
    assertThat(exit).as(err.toString()).isNotZero();
    assertThat(err.toString()).startsWith("primeline: ").contains(said).hasLineCount(1);
  }

  /** Makes every weight a NaN, and the manifest name the file as it is then. */
  private void spoil(Path manifest) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode named = (ObjectNode) json.readTree(manifest.toFile());
    ObjectNode model = (ObjectNode) named.get("model");
    Path file = folder.resolve(model.get("key").textValue());
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer weights = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 8 + (int) weights.getLong(0); at < bytes.length; at += Float.BYTES) {
      weights.putFloat(at, Float.NaN);
    }
    Files.write(file, bytes);
    model.put("sha256", Hashes.sha256(bytes));
    named.remove("check");
    named.put("check", Hashes.sha256(json.writeValueAsBytes(named)));
    Files.write(manifest, json.writeValueAsBytes(named));
  }
}
