package dev.primeline.workers.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.primeline.workers.cli.ChildProcesses;
import dev.primeline.workers.cli.ChildProcesses.Child;
import dev.primeline.workers.cli.StoredRun;
import dev.primeline.workers.crash.Watched.Fate;
import dev.primeline.workers.crash.Watched.Trap;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code primeline run}, ended in every way, and the same command again. */
@Tag("crash")
class CrashedRunTest {

  @TempDir static Path folder;

  private static ChildProcesses processes;
  private static Work work;

  @BeforeAll
  static void doItUndisturbed() throws Exception {
    System.out.println("crash: seed " + Size.SEED);
    processes = new ChildProcesses(folder);
    work = Work.undisturbed(processes, folder, "mdm,prime-v2");
  }

  @AfterAll
  static void leaveNoProcessBehind() throws Exception {
    processes.close();
    System.out.println("crash: " + Ledger.summary());
  }

  @Test
  void killedAtRandomMomentsItEndsAsIfNothingHadHappened() throws Exception {
    Random random = new Random(Size.SEED);
    StoredRun run = new StoredRun(folder.resolve("random"));
    Chain chain = new Chain("run", run);
    int kills = Size.asked().randomKills();
    for (int kill = 0; kill < kills; kill++) {
      // One in four while it starts; the others leave enough steps for those that follow.
      boolean early = random.nextInt(4) == 0;
      int steps = early ? 0 : 1 + random.nextInt(2 * Work.STEPS / kills);
      int millis = random.nextInt(early ? 5000 : 30);
      Watched process = chain.goesOn(start(run, null));
      process.child().until(() -> process.steps().size() >= steps);
      assertThat(process.child().process().waitFor(millis, TimeUnit.MILLISECONDS)).isFalse();
      process.child().process().destroyForcibly();
      assertThat(process.end()).isEqualTo(128 + 9);
      chain.killed("at random, %d steps and %d ms after its start".formatted(steps, millis));
    }
    Watched last = chain.goesOn(start(run, null));
    assertThat(last.end()).as(last.child().words()).isZero();
    work.requireSame(chain, run, run);
  }

  @Test
  void killedAtEveryPointItEndsAsIfNothingHadHappened() throws Exception {
    StoredRun run = new StoredRun(folder.resolve("points"));
    Chain chain = new Chain("run", run);
    for (Point point : Point.all()) {
      Watched process = chain.goesOn(start(run, point.kill()));
      assertThat(process.end()).as(point.name() + ": " + process.child().words()).isEqualTo(137);
      assertThat(process.trapped()).as(point.name()).isTrue();
      chain.killed(point.name());
    }
    Watched last = chain.goesOn(start(run, null));
    assertThat(last.end()).as(last.child().words()).isZero();
    work.requireSame(chain, run, run);
  }

  @Test
  void killedWhileItEvaluatesItTrainsNothingAgain() throws Exception {
    StoredRun run = new StoredRun(folder.resolve("evaluating"));
    Child killed = processes.start(Map.of(), work.arguments(run.folder()));
    killed.until(() -> run.manifests(Work.STEPS).size() == 2 && !run.evaluations().isEmpty());
    killed.kill();
    assertThat(run.result()).doesNotExist();
    assertThat(run.evaluations()).hasSize(1);
    List<Path> trained = run.manifests();
    Path first = run.evaluations().get(0);
    FileTime scored = Files.getLastModifiedTime(first);

    Watched next = start(run, null);
    assertThat(next.end()).as(next.child().words()).isZero();
    assertThat(next.steps()).isEmpty();
    assertThat(run.manifests()).isEqualTo(trained);
    assertThat(run.evaluations()).hasSize(2);
    assertThat(Files.getLastModifiedTime(first)).isEqualTo(scored);
    work.requireSame(run, run);
  }

  @Test
  void aManifestThatWasWrittenAndWhoseAnswerWasLostIsItsOwn() throws Exception {
    StoredRun run = new StoredRun(folder.resolve("lost-answer"));
    Watched process =
        start(
            run,
            new Trap(
                Place.way(
                    "activities.checkpoints.Manifest.seal#2", "activities.artifacts.Folders.sync"),
                thread -> true,
                Fate.FAILED));
    assertThat(process.end()).as(process.child().words()).isZero();
    assertThat(process.trapped()).isTrue();
    // Tried again beside training or, where the next checkpoint was due before that, by the next
    // attempt.
    assertThat(logOf(run))
        .containsAnyOf(
            "is not saved yet, trying again: java.io.IOException: the answer is lost",
            "Caused by: java.io.IOException: the answer is lost");
    assertThat(run.manifests()).allSatisfy(key -> assertThat(key).hasFileName("manifest.json"));
    work.requireSame(run, run);
    Ledger.add("a manifest is written and the answer lost", "taken for its own, bytes equal");
  }

  @Test
  void aFullDiskEndsItInWordsAndItContinuesWhenThereIsRoom() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("small-disk"));
    assumeThat(mount("-t", "tmpfs", "-o", "size=32m", "primeline-test", disk))
        .as("this user may mount a small disk of its own")
        .isTrue();
    try {
      StoredRun run = new StoredRun(disk.resolve("out"));
      Child full = processes.start(Map.of(), work.arguments(run.folder()));
      full.until(() -> !run.manifests(Work.CHECKPOINT_EVERY).isEmpty());
      Path filler = fill(disk);
      assertThat(full.exit()).as(full.words()).isEqualTo(1);
      assertThat(full.words().lines().filter(line -> line.startsWith("primeline: ")))
          .singleElement()
          .asString()
          .contains("no room for trainings/", "bytes needed", run.folder().toString());
      assertThat(run.result()).doesNotExist();
      assertThat(run.manifests(Work.STEPS)).isEmpty();
      long last = run.manifests().stream().mapToLong(StoredRun::stepOf).max().orElseThrow();
      assertThat(run.digests(last)).hasSizeGreaterThanOrEqualTo(4);

      Files.delete(filler);
      Child next = processes.start(Map.of(), work.arguments(run.folder()));
      assertThat(next.exit()).as(next.words()).isZero();
      work.requireSame(run, run);
      Ledger.add("a full disk", "said in a sentence; continued when there was room, bytes equal");
    } finally {
      new ProcessBuilder("umount", "--lazy", disk.toString()).start().waitFor();
    }
  }

  static String logOf(StoredRun run) throws IOException {
    return Files.readString(run.folder().resolve("primeline.log"));
  }

  private static Watched start(StoredRun run, @Nullable Trap trap) throws Exception {
    return Watched.start(processes, folder, Map.of(), work.arguments(run.folder()), trap);
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
}
