package dev.primeline.workers.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.workers.cli.ChildProcesses;
import dev.primeline.workers.cli.ChildProcesses.Child;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code primeline prepare}, ended by signal 9 at random moments, and the same command again. In
 * the long form alone: the short one has to end within its quarter of an hour.
 */
@Tag("crash")
@EnabledIfSystemProperty(named = "primeline.crash", matches = "long")
class KilledPreparationTest {

  /** A little more than two ranges, so that there is something that a kill can leave half done. */
  private static final long TEXT_BYTES = 560L << 20;

  private static final int KILLS = 12;

  @TempDir Path folder;

  @Test
  void killedAtRandomMomentsItEndsWithTheSameManifest() throws Exception {
    Path text = write(folder.resolve("text.jsonl"));
    Random random = new Random(Size.SEED);
    System.out.println("crash: seed " + Size.SEED);
    try (ChildProcesses processes = new ChildProcesses(folder)) {
      long began = System.nanoTime();
      byte[] undisturbed = manifest(processes, text, folder.resolve("undisturbed"));
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
      Path out = folder.resolve("killed");
      int done = 0;
      while (done < KILLS) {
        Child child = start(processes, text, out);
        // Every kill may come so late that the next command has little left to do.
        long moment = random.nextLong(Math.max(1, millis * 3 / 4));
        if (child.process().waitFor(moment, TimeUnit.MILLISECONDS)) {
          assertThat(child.exit()).as(child.words()).isZero();
          assertThat(onlyManifest(out)).isEqualTo(undisturbed);
          delete(out);
        } else {
          child.kill();
          done++;
        }
      }
      assertThat(manifest(processes, text, out)).isEqualTo(undisturbed);
      Ledger.add(
          "%d kills at random moments of a preparation of %d s".formatted(KILLS, millis / 1000),
          "the same manifest byte for byte");
    }
  }

  private static Child start(ChildProcesses processes, Path text, Path out) throws IOException {
    return processes.start(
        List.of("-Xmx1g"),
        text.getParent(),
        Map.of(),
        List.of(
            "prepare",
            "--corpus",
            text.toString(),
            "--output",
            out.toString(),
            "--set",
            "corpus.duplicates=drop"));
  }

  private static byte[] manifest(ChildProcesses processes, Path text, Path out) throws Exception {
    Child child = start(processes, text, out);
    assertThat(child.exit()).as(child.words()).isZero();
    return onlyManifest(out);
  }

  private static byte[] onlyManifest(Path out) throws IOException {
    try (Stream<Path> files = Files.walk(out.resolve("corpora"))) {
      List<Path> found =
          files.filter(file -> file.getFileName().toString().equals("manifest.json")).toList();
      assertThat(found).hasSize(1);
      return Files.readAllBytes(found.get(0));
    }
  }

  private static Path write(Path file) throws IOException {
    Random random = new Random(1);
    long bytes = 0;
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      while (bytes < TEXT_BYTES) {
        StringBuilder line = new StringBuilder("{\"text\": \"");
        // One text in about a hundred has been before.
        Random words = random.nextInt(100) == 0 ? new Random(7) : random;
        int length = 2000 + words.nextInt(4000);
        while (line.length() < length) {
          line.append((char) ('a' + words.nextInt(26))).append("word ").append(words.nextInt(999));
        }
        line.append("\"}\n");
        out.write(line.toString());
        bytes += line.length();
      }
    }
    return file;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
