package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.workers.cli.ChildProcesses.Child;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole processes: undisturbed, killed by signal 9, and told to leave. What else can happen to them
 * is in the package {@code crash}.
 */
@Tag("slow")
class KilledRunTest {

  private static final int STEPS = 200;
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
