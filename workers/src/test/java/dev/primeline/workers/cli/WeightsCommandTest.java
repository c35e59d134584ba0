package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.activities.weights.WeightsFile;
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

/** Weights out of a small run, and into another. */
class WeightsCommandTest {

  @TempDir static Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void runToTheEnd() {
    StringWriter err = new StringWriter();
    int exit =
        Primeline.commandLine(Map.of())
            .setErr(new PrintWriter(err, true))
            .execute(run("arm", "--run-id=small"));
    assertThat(exit).as(err.toString()).isZero();
  }

  private static String[] run(String families, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "run",
                "--preset=smoke",
                "--families=" + families,
                "--steps=4",
                "--set=training.checkpointEvery=2",
                "--output=" + folder));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private int primeline(String... arguments) {
    return Primeline.commandLine(Map.of())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private int export(String checkpoint, Path file) {
    return primeline(
        "export-weights", "--checkpoint=" + checkpoint, "--out=" + file, "--output=" + folder);
  }

  private void expectRefusal(int exit, String said) {
    assertThat(exit).as(err.toString()).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).startsWith("primeline: ").contains(said).hasLineCount(1);
    err.getBuffer().setLength(0);
  }

  @Test
  void theNewestCheckpointOfAFamilyIsWrittenWithItsNames() throws IOException {
    Path file = folder.resolve("newest.safetensors");
    assertThat(export("small/arm", file)).as(err.toString()).isZero();
    assertThat(out.toString()).contains("newest.safetensors", "step 4");
    assertThat(WeightsFile.read(file).tensors().get(0).name()).isEqualTo("transformer.wte.weight");

    assertThat(primeline("inspect-weights", file.toString())).isZero();
    assertThat(out.toString())
        .containsPattern("transformer.wte.weight +\\[17, \\d+\\] +\\d+ +F32")
        .containsPattern("lm_head.weight +\\[16, \\d+\\]")
        .contains(" numbers in ");
  }

  @Test
  void anOlderCheckpointIsNamedByItsManifest() throws IOException {
    Path manifest = new StoredRun(folder).manifests(2).get(0);
    Path file = folder.resolve("older.safetensors");
    assertThat(export(folder.relativize(manifest).toString(), file)).as(err.toString()).isZero();
    assertThat(out.toString()).contains("step 2");
    assertThat(file).isNotEmptyFile();
  }

  @Test
  void aRunBeginsWithTheWeightsOfAFile() throws IOException {
    Path file = folder.resolve("given.safetensors");
    assertThat(export("small/arm", file)).isZero();
    assertThat(primeline(run("arm", "--run-id=taught", "--init=" + file)))
        .as(err.toString())
        .isZero();
    JsonNode spec = new ObjectMapper().readTree(folder.resolve("runs/taught/spec.json").toFile());
    String key = spec.at("/initialWeights/key").textValue();
    assertThat(folder.resolve(key)).isNotEmptyFile();
    assertThat(key).contains(spec.at("/initialWeights/sha256").textValue());
    assertThat(folder.resolve("runs/taught/trainings").toFile().list())
        .isNotEqualTo(folder.resolve("runs/small/trainings").toFile().list());
  }

  @Test
  void weightsThatCannotBeMeantAreOneSentenceAndNothingIsTrained() throws IOException {
    Path file = folder.resolve("fits.safetensors");
    assertThat(export("small/arm", file)).isZero();
    Path nonsense = Files.writeString(folder.resolve("nonsense.pth"), "nonsense, and more of it");
    List<Path> before = new StoredRun(folder).manifests();
    expectRefusal(primeline(run("arm,mdm", "--init=" + file)), "--init: one file for 2 families");
    expectRefusal(
        primeline(run("arm", "--init=" + file, "--set=model.feedForward=99")),
        "swiglu.w1.weight has shape [");
    expectRefusal(primeline(run("arm", "--init=" + nonsense)), "nonsense.pth is refused: no zip");
    expectRefusal(primeline(run("arm", "--init=none.pth")), "none.pth: no such file");
    expectRefusal(primeline("inspect-weights", nonsense.toString()), "nonsense.pth is refused");
    assertThat(new StoredRun(folder).manifests()).isEqualTo(before);
  }

  @Test
  void aCheckpointThatIsNoneIsOneSentence() {
    Path file = folder.resolve("never.safetensors");
    expectRefusal(export("small", file), "expected RUN/FAMILY or trainings/");
    expectRefusal(export("smal/arm", file), "did you mean \"small\"?");
    expectRefusal(export("small/amr", file), "did you mean \"arm\"?");
    expectRefusal(
        export("trainings/aa/main/step-000000002/manifest.json", file), "--checkpoint: no file ");
    expectRefusal(export("trainings/../../x", file), "trainings/../../x");
    expectRefusal(export("small/arm", folder.resolve("no/where")), "--out: ");
    assertThat(file).doesNotExist();
  }
}
