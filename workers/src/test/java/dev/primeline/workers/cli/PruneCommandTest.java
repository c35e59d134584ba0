package dev.primeline.workers.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.activities.artifacts.LocalArtifactStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PruneCommandTest {

  private static final String LEFT = "trainings/4f/main/step-000000010/aa/model.safetensors";

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int prune(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "prune";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return Primeline.commandLine(Map.of())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all);
  }

  @Test
  void aDryRunSaysWhatTheRealOneRemoves() throws IOException {
    Path file = folder.resolve(LEFT);
    try (LocalArtifactStore store = new LocalArtifactStore(folder)) {
      store.putIfAbsent(LEFT, new byte[12_345]);
    }
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
    assertThat(prune("--output", folder.toString(), "--dry-run")).isZero();
    assertThat(out.toString())
        .containsPattern("trainings/4f/main/ +1 +12 kB")
        .endsWith("would remove 1 files, 12 kB\n");
    assertThat(file).exists();

    assertThat(prune("--output", folder.toString())).isZero();
    assertThat(out.toString()).endsWith("removed 1 files, 12 kB\n");
    assertThat(file).doesNotExist();

    assertThat(prune("--output", folder.toString())).isZero();
    assertThat(out.toString()).endsWith("removed 0 files, 0 B\n");
  }

  @Test
  void aDamagedManifestIsNamed() throws IOException {
    try (LocalArtifactStore store = new LocalArtifactStore(folder)) {
      store.putIfAbsent("corpora/1f/manifest.json", "?".getBytes(UTF_8));
    }
    assertThat(prune("--output", folder.toString())).isZero();
    assertThat(out.toString())
        .contains("corpora/1f/manifest.json cannot be read: its folder is left alone");
  }

  @Test
  void aFolderThatIsNotThereIsOneSentenceAndIsNotMade() {
    Path missing = folder.resolve("typo");
    assertThat(prune("--output", missing.toString())).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .isEqualTo(
            "primeline: --output: %s is no folder, expected one that runs are kept in\n"
                .formatted(missing));
    assertThat(missing).doesNotExist();
  }
}
