package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.activities.model.HostTensor;
import dev.primeline.activities.weights.WeightsFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tiny model of the published layout, whose logits ModelImportTest compares with PyTorch's. */
class ImportModelCommandTest {
  private static final Path RESOURCES =
      Path.of(System.getProperty("primeline.root", "."))
          .resolve("activities/src/test/resources/dev/primeline/activities");
  private static final Path TINY = RESOURCES.resolve("checkpoints");
  private static final String LLAMA =
      "--tokenizer=" + RESOURCES.resolve("tokens/llama-tokenizer.json");
  private static final Path WEIGHTS = TINY.resolve("model.pth");
  private static final String PERMUTATION = "--permutation=" + TINY.resolve("permutation.pt");

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

  private int imported(Path weights, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("import-model", "--weights=" + weights, "--output=" + folder.resolve("store")));
    arguments.addAll(List.of(more));
    return primeline(arguments.toArray(String[]::new));
  }

  private String asked(String command, String checkpoint, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(command, "--checkpoint=" + checkpoint, "--output=" + folder.resolve("store")));
    arguments.addAll(List.of(more));
    assertThat(primeline(arguments.toArray(String[]::new))).as(err.toString()).isZero();
    return out.toString();
  }

  private void expectRefusal(int exit, String said) {
    assertThat(exit).as(err.toString()).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).startsWith("primeline: ").contains(said).hasLineCount(1);
    assertThat(folder.resolve("store/trainings")).doesNotExist();
  }

  @Test
  void aPublishedModelIsImportedAskedDrawnFromAndExported() throws IOException {
    int exit = imported(WEIGHTS, "--heads=2", "--length=24", LLAMA, PERMUTATION);
    assertThat(exit).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("2 layers of width 16; 700 tokens of 10 digits in base 2")
        .containsPattern("checkpoint  trainings/\\w+/main/step-000000000/manifest.json");
    String checkpoint = out.toString().replaceAll("(?s).*checkpoint  (\\S+)\\s*", "$1");

    String drawn =
        asked("generate", checkpoint, "--prompt=The ", "--suffix= sea", "--tokens=8", "--seed=3");
    assertThat(drawn).startsWith("The ").endsWith(" sea" + System.lineSeparator());
    assertThat(
            asked(
                "generate", checkpoint, "--prompt=The ", "--suffix= sea", "--tokens=8", "--seed=3"))
        .isEqualTo(drawn);

    Path questions =
        Files.writeString(
            folder.resolve("lambada.txt"), "she said good bye\nand then he went home\n");
    assertThat(asked("tasks", checkpoint, "--task=lambada=" + questions))
        .containsPattern("lambada +2 ");

    Path text = Files.writeString(folder.resolve("t.txt"), "the cat sat on the mat. ".repeat(9));
    assertThat(asked("evaluate", checkpoint, "--heldout=cats=" + text, "--draws=2"))
        .containsPattern("cats.* <= \\d");

    Path back = folder.resolve("back.safetensors");
    asked("export-weights", checkpoint, "--out=" + back);
    assertThat(WeightsFile.read(back).tensors().get(0).values())
        .isEqualTo(WeightsFile.read(WEIGHTS).tensors().get(0).values());
  }

  @Test
  void whatDoesNotBelongTogetherIsOneSentence() throws IOException {
    expectRefusal(
        imported(WEIGHTS, "--heads=2", LLAMA),
        "--permutation: missing, expected the file with the codes that prime-v2 was trained with");
    expectRefusal(
        imported(WEIGHTS, "--heads=2", "--tokenizer=gpt2", PERMUTATION),
        "tensor transformer.wte.weight has shape [30, 16], expected [48, 16]");
    expectRefusal(
        imported(WEIGHTS, "--heads=2", LLAMA, "--family=mdm"),
        "tensor transformer.wte.weight has shape [30, 16], expected [701, 16]");
    expectRefusal(
        imported(
            WEIGHTS,
            "--heads=2",
            LLAMA,
            "--family={\"family\":\"prime-v2\",\"ell\":11}",
            PERMUTATION),
        "tensor transformer.wte.weight has shape [30, 16], expected [33, 16]");
    expectRefusal(
        imported(WEIGHTS, "--heads=3", LLAMA, PERMUTATION), "model.width: 16 with 3 heads");
    expectRefusal(
        imported(WEIGHTS, "--heads=2", LLAMA, "--permutation=" + WEIGHTS),
        "model.pth: 0 rows of whole numbers, expected one");
    expectRefusal(
        imported(TINY.resolve("permutation.pt"), "--heads=2", LLAMA, PERMUTATION),
        "weights: no matrix transformer.wte.weight");
    expectRefusal(
        imported(WEIGHTS, "--heads=2", LLAMA, "--family={", PERMUTATION),
        "--family: {, expected a name or a JSON object");
  }

  @Test
  void weightsThatAreNoNumbersAreRefused() throws IOException {
    List<HostTensor> tensors = WeightsFile.read(WEIGHTS).tensors();
    tensors.get(3).values()[5] = Float.NaN;
    Path broken = folder.resolve("broken.safetensors");
    WeightsFile.write(broken, tensors, Map.of());
    expectRefusal(
        imported(broken, "--heads=2", LLAMA, PERMUTATION),
        "weights: number 5 of " + tensors.get(3).name() + " is NaN, expected a finite one");
  }
}
