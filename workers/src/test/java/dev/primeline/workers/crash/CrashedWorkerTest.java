package dev.primeline.workers.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.workers.cli.ChildProcesses;
import dev.primeline.workers.cli.ChildProcesses.Child;
import dev.primeline.workers.cli.StoredRun;
import dev.primeline.workers.crash.Watched.Condition;
import dev.primeline.workers.crash.Watched.Fate;
import dev.primeline.workers.crash.Watched.Trap;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A cluster's workers, ended in every way, and others that take over. */
@Tag("crash")
class CrashedWorkerTest {

  /** One that comes seconds after a worker's start. */
  private static final int STEP = Work.STEPS - 50;

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir static Path once;
  @TempDir Path folder;

  private static Work work;
  private Cluster cluster;

  @BeforeAll
  static void doItUndisturbed() throws Exception {
    System.out.println("crash: seed " + Size.SEED);
    try (ChildProcesses processes = new ChildProcesses(once)) {
      work = Work.undisturbed(processes, once, "prime-v2");
    }
  }

  @AfterAll
  static void sayWhatItCameTo() {
    System.out.println("crash: " + Ledger.summary());
  }

  @BeforeEach
  void startCluster() throws Exception {
    cluster = new Cluster(folder);
  }

  @AfterEach
  void leaveNothingBehind() throws Exception {
    cluster.close();
  }

  @Test
  void killedAtRandomMomentsTheyAreReplacedAndNothingIsLost() throws Exception {
    Random random = new Random(Size.SEED);
    List<Point> moments = new ArrayList<>();
    for (int i = 0; i < Size.asked().randomKills(); i++) {
      // A commit lies between two kills: three without one are taken for a step that kills.
      int steps = 1 + random.nextInt(2 * Work.CHECKPOINT_EVERY - 1);
      moments.add(
          new Point(
              "at random, %d steps after its first checkpoint".formatted(steps),
              "activities.checkpoints.Checkpoints.committed",
              "activities.training.StepLog.write#" + steps));
    }
    cluster.worker("orchestrator,cpu");
    Child client = cluster.run(work.arguments(cluster.output().folder()));
    Chain chain = killedAt(moments);
    chain.goesOn(cluster.worker("gpu", null));
    assertThat(client.exit()).as(client.words()).isZero();
    work.requireSame(chain, cluster.store(), cluster.output());
  }

  @Test
  void killedAtPointsTheyAreReplacedAndNothingIsLost() throws Exception {
    cluster.worker("orchestrator");
    Point atTheEnd = Point.OF_REPORTS.get(1);
    Watched reporter = cluster.worker("cpu", atTheEnd.kill());
    Child client = cluster.run(work.arguments(cluster.output().folder()));
    Chain chain =
        killedAt(
            Size.asked().everyPoint()
                ? Stream.concat(Point.OF_CHECKPOINTS.stream(), Point.OF_ENDS.stream()).toList()
                : Point.all().stream()
                    .filter(point -> point.name().startsWith("in the "))
                    .filter(point -> !point.equals(atTheEnd))
                    .toList());
    chain.goesOn(cluster.worker("gpu", null));
    assertThat(reporter.end()).as(reporter.child().words()).isEqualTo(128 + 9);
    chain.goesOn(reporter);
    chain.killed(atTheEnd.name());
    chain.goesOn(cluster.worker("cpu", null));
    assertThat(client.exit()).as(client.words()).isZero();
    work.requireSame(chain, cluster.store(), cluster.output());
  }

  private Chain killedAt(List<Point> moments) throws Exception {
    Chain chain = new Chain("worker", cluster.store());
    for (Point point : moments) {
      Watched worker = chain.goesOn(cluster.worker("gpu", point.kill()));
      assertThat(worker.end()).as(point.name() + ": " + worker.child().words()).isEqualTo(137);
      assertThat(worker.trapped()).as(point.name()).isTrue();
      chain.killed(point.name());
    }
    return chain;
  }

  @Test
  void twoThatTrainTheSameDoNotMixAndOneOfThemWins() throws Exception {
    cluster.worker("orchestrator,cpu");
    Watched asleep = cluster.worker("gpu", null);
    Child client = cluster.run(work.arguments(cluster.output().folder()));
    await().atMost(PATIENCE).until(() -> asleep.steps().size() > 5 * Work.CHECKPOINT_EVERY);
    signal("STOP", asleep);
    long reached = asleep.lastStep().orElseThrow().step();
    String training = asleep.lastStep().orElseThrow().training();
    Watched awake = cluster.worker("gpu", null);
    await()
        .atMost(PATIENCE)
        .until(() -> cluster.store().committed(training) > reached + Work.CHECKPOINT_EVERY);
    signal("CONT", asleep);
    await()
        .atMost(PATIENCE)
        .until(() -> asleep.child().words().contains("another execution has committed step"));
    assertThat(client.exit()).as(client.words() + awake.child().words()).isZero();
    assertThat(awake.lastStep().orElseThrow().step()).isEqualTo(Work.STEPS);

    List<Path> manifests = cluster.store().manifests();
    assertThat(manifests.stream().map(StoredRun::stepOf)).doesNotHaveDuplicates();
    for (Path manifest : manifests) {
      JsonNode json = new ObjectMapper().readTree(manifest.toFile());
      String attempt = "/" + json.get("attempt").textValue() + "/";
      for (String file : List.of("model", "ema", "optimizer", "state")) {
        assertThat(json.get(file).get("key").textValue()).contains(attempt);
      }
    }
    work.requireSame(cluster.store(), cluster.output());
    Ledger.add("a worker that sleeps, is replaced, and wakes up late", "superseded, bytes equal");
  }

  private static void signal(String name, Watched process) throws Exception {
    String pid = Long.toString(process.child().process().pid());
    assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
  }

  @Test
  void aCallOfTheEngineThatNeverReturnsEndsItsWorkerAndAnotherContinues() throws Exception {
    cluster.worker("orchestrator,cpu");
    Trap third =
        new Trap(
            Place.way("activities.training.Trainer.look#3", "activities.model.Network.costs"),
            thread -> true,
            Fate.STUCK);
    Watched hanging = cluster.worker("gpu", third, Map.of("PRIMELINE_PATIENCE", "5s"));
    Child client = cluster.run(work.arguments(cluster.output().folder(), 20));
    assertThat(hanging.end()).as(hanging.child().words()).isEqualTo(1);
    assertThat(hanging.child().words())
        // It looks every 20 steps, and the third look is the one of step 60, which is not over.
        .contains(
            ": what the engine began after step 59 has not come back, expected an end within 5 s; last checkpoint: step 40");

    Watched next = cluster.worker("gpu", null);
    assertThat(client.exit()).as(client.words()).isZero();
    assertThat(next.steps().get(0).step()).isEqualTo(41);
    work.requireSame(cluster.store(), cluster.output());
    Ledger.add("a step that never returns", "its worker ends itself in words, bytes equal");
  }

  @Test
  void aStepThatKillsThreeWorkersInARowIsTakenWithHalfTheMicroBatch() throws Exception {
    Child orchestrator = cluster.worker("orchestrator,cpu");
    Child client = cluster.run(withoutACommit());
    Condition tooLarge =
        thread ->
            Watched.ofTheLoop(thread, "step") == STEP
                && Watched.ofTheLoop(thread, "microBatch") > 8;
    for (int worker = 0; worker < 3; worker++) {
      assertThat(atTheStep(tooLarge).end()).isEqualTo(128 + 9);
    }
    Watched fits = atTheStep(tooLarge);
    assertThat(client.exit()).as(client.words() + orchestrator.words()).isZero();
    assertThat(fits.steps()).hasSize(Work.STEPS);
    assertThat(orchestrator.words())
        .contains("without a new checkpoint, with 16 sequences at once; last sign of life: ")
        .contains("trying with 8 sequences at once");
    assertThat(cluster.store().log()).hasSameSizeAs(work.log());
    Ledger.add(
        "a step that is killed for want of memory three times in a row",
        "taken with half the micro-batch, and the run ended well");
  }

  @Test
  @EnabledIfSystemProperty(named = "primeline.crash", matches = "long")
  void aStepThatKillsItsWorkersWhateverIsTriedFailsTheRunInWords() throws Exception {
    Child orchestrator = cluster.worker("orchestrator,cpu");
    Child client = cluster.run(withoutACommit());
    for (int worker = 0; worker < 6; worker++) {
      Watched killed = atTheStep(thread -> Watched.ofTheLoop(thread, "step") == STEP);
      assertThat(killed.end()).isEqualTo(128 + 9);
    }
    assertThat(client.exit()).as(client.words() + orchestrator.words()).isEqualTo(1);
    assertThat(client.words())
        .contains("prime-v2: attempt after attempt ends in the step after ")
        .contains("with 8 sequences at once; last sign of life: ", "last checkpoint: none");
    Ledger.add(
        "a step that is killed for want of memory whatever is tried",
        "the run fails after six workers and names step, worker and last sign of life");
  }

  private List<String> withoutACommit() {
    return work.arguments(cluster.output().folder(), Work.STEPS);
  }

  private Watched atTheStep(Condition when) throws Exception {
    return cluster.worker(
        "gpu", new Trap(Place.way("activities.training.StepLog.stepBegins"), when, Fate.KILLED));
  }
}
