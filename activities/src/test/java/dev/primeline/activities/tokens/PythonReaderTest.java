package dev.primeline.activities.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.primeline.workflows.corpus.CorpusRequest;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.CorpusSpec;
import dev.primeline.workflows.experiment.DocumentSplit;
import dev.primeline.workflows.experiment.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lines of Python that the README gives for reading shards, run as they stand there. */
class PythonReaderTest {
  private static final Pattern LINES = Pattern.compile("```python\n(.*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void readmesLinesReadEveryDocument() throws IOException, InterruptedException {
    String python = System.getProperty("primeline.python", "python3");
    assumeTrue(
        run(List.of(python, "-c", "import numpy")).status() == 0,
        "skipped: no python3 with numpy; -Dprimeline.python names another");
    Path root = Path.of(System.getProperty("primeline.root", "."));
    Matcher lines = LINES.matcher(Files.readString(root.resolve("README.md")));
    assertThat(lines.find()).isTrue();
    assertThat(lines.group(1).strip().lines()).hasSizeLessThanOrEqualTo(10);

    Files.writeString(folder.resolve("train.txt"), "one\n\ntwo é\n\n\nthree\n");
    Files.writeString(folder.resolve("heldout.txt"), "other\n");
    CorpusSpec spec =
        new CorpusSpec(
            folder.resolve("train.txt").toString(),
            folder.resolve("heldout.txt").toString(),
            Tokenizer.BYTES,
            DocumentSplit.BLANK_LINE,
            "text",
            0.05,
            null);
    FakeStore store = new FakeStore(folder.resolve("store"));
    CorpusResult made =
        new CorpusPreparation(store, folder, progress -> {}).prepare(new CorpusRequest(spec, 2, 1));
    Path manifest = Path.of(store.uri(made.manifest().key()));

    Output output =
        run(
            List.of(
                python,
                "-c",
                lines.group(1),
                folder.resolve("store").toString(),
                manifest.toString()));
    assertThat(output.text().lines())
        .containsExactly(
            "[111 110 101  10 256]",
            "[116 119 111  32 195 169  10 256]",
            "[116 104 114 101 101  10 256]");
  }

  private record Output(int status, String text) {}

  private static Output run(List<String> command) throws IOException, InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Output(process.waitFor(), text);
    } catch (IOException absent) {
      return new Output(-1, String.valueOf(absent.getMessage()));
    }
  }
}
