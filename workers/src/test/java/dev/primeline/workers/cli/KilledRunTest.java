package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.primeline.workers.cli.ChildProcesses.Child;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole processes: undisturbed, killed by signal 9, and told to leave. */
@Tag("slow")
class KilledRunTest {

  private static final int STEPS = 300;
  private static final int CHECKPOINT_EVERY = 20;
  private static final Pattern STOPPED = Pattern.compile("stopped at a checkpoint, step (\\d+)");

  @TempDir static Path folder;

  private static ChildProcesses processes;
  private static StoredRun undisturbed;
  private static StoredRun again;

  @BeforeAll
  static void twoUndisturbedRuns() throws Exception {
    processes = new ChildProcesses(folder);
    undisturbed = new StoredRun(folder.resolve("undisturbed"));
    again = new StoredRun(folder.resolve("again"));
    Child one = start(undisturbed);
    Child other = start(again);
    assertThat(one.exit()).as(one.words()).isZero();
    assertThat(other.exit()).as(other.words()).isZero();
    // The server inside cannot say who polls, and nobody is blamed for it.
    assertThat(one.words()).doesNotContain("no worker");
  }

  @AfterAll
  static void leaveNoProcessBehind() throws Exception {
    processes.close();
  }

  @Test
  void checkpointsHaveTheBytesOfThePlan() throws Exception {
    long planned = 3 * Float.BYTES * undisturbed.parameters(); // and the files' headers
    assertThat(undisturbed.bytes(STEPS)).isBetween(planned, planned + 20_000);
  }

  @Test
  void theSameSeedGivesTheSameBytes() throws Exception {
    assertThat(undisturbed.digests(STEPS)).hasSize(3 * 2);
    assertThat(undisturbed.scores())
        .hasSize(2)
        .allSatisfy(family -> assertThat(family.get("skippedBatches")).isEmpty())
        .allSatisfy(family -> assertThat(family.get("numericsChanges")).isEmpty());
    assertEndsAsUndisturbed(again);
  }

  @Test
  void aRunKilledWhileItTrainsContinuesToTheSameBytes() throws Exception {
    StoredRun run = new StoredRun(folder.resolve("killed-training"));
    Child killed = start(run);
    killed.until(() -> !run.manifests(2 * CHECKPOINT_EVERY).isEmpty());
    killed.kill();
    assertThat(run.result()).doesNotExist();
    assertThat(run.manifests(STEPS)).isEmpty();

    // Whoever starts over commits this step again; whoever continues has no need of it.
    Path passed = run.manifests(CHECKPOINT_EVERY).get(0);
    Files.delete(passed);
    Child next = start(run);
    assertThat(next.exit()).as(next.words()).isZero();
    assertThat(passed).doesNotExist();
    assertEndsAsUndisturbed(run);
  }

  @Test
  void aRunKilledWhileItEvaluatesTrainsNothingAgain() throws Exception {
    StoredRun run = new StoredRun(folder.resolve("killed-evaluating"));
    Child killed = start(run);
    killed.until(() -> run.manifests(STEPS).size() == 2 && !run.evaluations().isEmpty());
    killed.kill();
    assertThat(run.result()).doesNotExist();
    assertThat(run.evaluations()).hasSize(1);
    List<Path> trained = run.manifests();
    Path first = run.evaluations().get(0);
    FileTime scored = Files.getLastModifiedTime(first);

    Child next = start(run);
    assertThat(next.exit()).as(next.words()).isZero();
    assertThat(run.manifests()).isEqualTo(trained);
    assertThat(run.evaluations()).hasSize(2);
    assertThat(Files.getLastModifiedTime(first)).isEqualTo(scored);
    assertEndsAsUndisturbed(run);
  }

  @Test
  void aRunToldToLeaveSavesWhereItStandsAndIsGoneInSeconds() throws Exception {
    StoredRun run = new StoredRun(folder.resolve("interrupted"));
    Child first = start(run);
    first.until(() -> !run.manifests(CHECKPOINT_EVERY).isEmpty());
    first.interrupt();
    assertThat(first.exit(Duration.ofSeconds(10))).as(first.words()).isEqualTo(128 + 2);
    assertThat(first.words()).endsWith("stopping at a checkpoint; the same command continues\n");
    assertThat(run.result()).doesNotExist();
    assertThat(run.unfinished()).isEmpty();
    Matcher stopped = STOPPED.matcher(Files.readString(run.folder().resolve("primeline.log")));
    assertThat(stopped.find()).isTrue();
    assertThat(run.manifests(Long.parseLong(stopped.group(1)))).hasSize(1);
    // The family that was waiting for the device is left alone: it did not begin while leaving.
    assertThat(run.folder().resolve("trainings").toFile().list()).hasSize(1);

    Child next = start(run);
    assertThat(next.exit()).as(next.words()).isZero();
    assertEndsAsUndisturbed(run);
  }

  @Test
  void aRunThatFindsTheDiskFullKeepsItsLastCheckpointAndContinuesWhenThereIsRoom()
      throws Exception {
    Path disk = Files.createDirectory(folder.resolve("small-disk"));
    assumeThat(mount("-t", "tmpfs", "-o", "size=32m", "primeline-test", disk))
        .as("this user may mount a small disk of its own")
        .isTrue();
    try {
      StoredRun run = new StoredRun(disk.resolve("out"));
      Child full = start(run);
      full.until(() -> !run.manifests(CHECKPOINT_EVERY).isEmpty());
      Path filler = fill(disk);
      assertThat(full.exit()).as(full.words()).isEqualTo(ExitCode.FAILURE);
      assertThat(full.words().lines().filter(line -> line.startsWith("primeline: ")))
          .singleElement()
          .asString()
          .contains("no room for trainings/", "bytes needed", run.folder().toString());
      assertThat(run.result()).doesNotExist();
      assertThat(run.manifests(STEPS)).isEmpty();
      long last = run.manifests().stream().mapToLong(StoredRun::stepOf).max().orElseThrow();
      assertThat(run.digests(last)).hasSizeGreaterThanOrEqualTo(3);

      Files.delete(filler);
      Child next = start(run);
      assertThat(next.exit()).as(next.words()).isZero();
      assertEndsAsUndisturbed(run);
    } finally {
      new ProcessBuilder("umount", "--lazy", disk.toString()).start().waitFor();
    }
  }

  private static boolean mount(Object... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("mount"));
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException noSuchProgram) {
      return false;
    }
  }

  /** Writes until nothing more goes on the disk. */
  private static Path fill(Path disk) throws IOException {
    Path filler = disk.resolve("filler");
    byte[] page = new byte[4096];
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(page);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
    return filler;
  }

  private static void assertEndsAsUndisturbed(StoredRun run) throws Exception {
    assertThat(run.digests(STEPS)).isEqualTo(undisturbed.digests(STEPS));
    assertThat(run.scores()).isEqualTo(undisturbed.scores());
  }

  private static Child start(StoredRun run) throws Exception {
    return processes.start(
        Map.of(),
        List.of(
            "run",
            "--preset=smoke",
            "--families=mdm,prime-v2",
            "--steps=" + STEPS,
            "--set=training.checkpointEvery=" + CHECKPOINT_EVERY,
            "--set=training.keepLast=0",
            "--output=" + run.folder()));
  }
}
