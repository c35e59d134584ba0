package dev.primeline.activities.checkpoints;

import static dev.primeline.activities.checkpoints.TinyTraining.SPEC;
import static dev.primeline.activities.checkpoints.TinyTraining.line;
import static dev.primeline.activities.checkpoints.TinyTraining.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.training.CheckpointSource.Found;
import dev.primeline.activities.training.SavedCheckpoint;
import dev.primeline.activities.training.StepMetrics;
import dev.primeline.activities.training.SupersededException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Executions that die, lose answers, or save the same steps as others. */
class CheckpointRacesTest {

  @TempDir Path folder;
  private ArtifactStore store;

  @BeforeEach
  void openStore() throws IOException {
    store = new LocalArtifactStore(folder);
  }

  /** Damage is met a hundred times here, and each time it would be said. */
  @BeforeAll
  static void silence() {
    TinyTraining.log().setLevel(Level.ERROR);
  }

  @AfterAll
  static void speakAgain() {
    TinyTraining.log().setLevel(null);
  }

  private Path file(String key) {
    return folder.resolve(key);
  }

  @Test
  void theFirstCommitOfAStepWinsAndTheOtherExecutionIsSuperseded() throws IOException {
    Checkpoints one = new Checkpoints(store, SPEC);
    Checkpoints two = new Checkpoints(store, SPEC);
    SavedCheckpoint first = one.save(state(10), List.of(line(10)));
    assertThatThrownBy(() -> two.save(state(10), List.of(line(10))))
        .isInstanceOf(SupersededException.class)
        .hasMessage(
            "trainings/0123abcd/main/: another execution has committed step 10, this one stops at"
                + " step 10");
    assertThat(new Checkpoints(store, SPEC).latest().orElseThrow().checkpoint()).isEqualTo(first);
  }

  @Test
  void aStaleExecutionBehindTheCommitsOfAnotherWritesNothingAndStops() throws IOException {
    Checkpoints stale = new Checkpoints(store, SPEC);
    stale.save(state(10), List.of(line(10)));
    Checkpoints next = new Checkpoints(store, SPEC);
    next.latest();
    SavedCheckpoint last = next.save(state(30), List.of(line(20), line(30)));
    List<String> before = store.list("");
    assertThatThrownBy(() -> stale.save(state(20), List.of(line(20))))
        .isInstanceOf(SupersededException.class)
        .hasMessageContaining("has committed step 30, this one stops at step 20");
    assertThat(store.list("")).isEqualTo(before);
    assertThat(new Checkpoints(store, SPEC).latest().orElseThrow().checkpoint()).isEqualTo(last);
  }

  @Test
  void aRepairIsNotUndoneByOneWhoSawTheDamageToo() throws IOException {
    Checkpoints writer = new Checkpoints(store, SPEC);
    writer.save(state(10), List.of());
    SavedCheckpoint damaged = writer.save(state(20), List.of());
    Files.delete(file(damaged.weights().key()));
    Checkpoints one = new Checkpoints(store, SPEC);
    Checkpoints two = new Checkpoints(store, SPEC);
    one.latest();
    two.latest();

    SavedCheckpoint repaired = one.save(state(20), List.of(line(20)));
    for (Checkpoints late : List.of(two, writer)) {
      assertThatThrownBy(() -> late.save(state(20), List.of(line(20))))
          .isInstanceOf(SupersededException.class);
    }
    assertThat(new Checkpoints(store, SPEC).latest().orElseThrow().checkpoint())
        .isEqualTo(repaired);
    assertThat(store.exists(damaged.manifest().key())).as("evidence").isTrue();
  }

  @Test
  void oneOfEightExecutionsThatSaveTheSameStepGoesOn() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      CyclicBarrier start = new CyclicBarrier(8);
      Callable<Optional<SavedCheckpoint>> racer =
          () -> {
            Checkpoints execution = new Checkpoints(store, SPEC);
            start.await();
            try {
              return Optional.of(execution.save(state(10), List.of(line(10))));
            } catch (SupersededException stops) {
              return Optional.empty();
            }
          };
      List<SavedCheckpoint> committed = new ArrayList<>();
      for (Future<Optional<SavedCheckpoint>> saved :
          threads.invokeAll(Collections.nCopies(8, racer))) {
        saved.get().ifPresent(committed::add);
      }
      assertThat(committed).hasSize(1);
      assertThat(new Checkpoints(store, SPEC).latest().orElseThrow().checkpoint())
          .isEqualTo(committed.get(0));
      assertThat(store.list("trainings/")).filteredOn(k -> k.contains("manifest")).hasSize(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void anExecutionKilledAtAnyWriteLeavesTheStepBefore() throws IOException {
    new Checkpoints(store, SPEC).save(state(10), List.of(line(10)));
    int killed = 0;
    for (boolean committed = false; !committed; killed++) {
      Checkpoints dying = new Checkpoints(new DyingStore(store, killed), SPEC);
      dying.latest();
      try {
        dying.save(state(20), List.of(line(20)));
        committed = true;
      } catch (DyingStore.Death e) {
        Found found = new Checkpoints(store, SPEC).latest().orElseThrow();
        assertThat(found.state()).usingRecursiveComparison().isEqualTo(state(10));
      }
    }
    assertThat(killed).as("writes of one save, and the surviving one").isEqualTo(7);
    Found found = new Checkpoints(store, SPEC).latest().orElseThrow();
    assertThat(found.state()).usingRecursiveComparison().isEqualTo(state(20));
    assertThat(CommittedCheckpoint.open(store, found.checkpoint().manifest()).metrics())
        .extracting(StepMetrics::step)
        .containsExactly(10L, 20L);
  }

  /** Trainings whose every store call may fail: executions give up, and rivals race them. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void onAnUnreliableStoreNothingCommittedIsEverWrong(long seed) throws IOException {
    Random random = new Random(seed);
    ArtifactStore unreliable = new UnreliableStore(store, random, 12);
    long reached = 0;
    for (int execution = 0; reached < 120; execution++) {
      assertThat(execution).as("executions").isLessThan(500);
      Checkpoints[] racers = {new Checkpoints(unreliable, SPEC), new Checkpoints(unreliable, SPEC)};
      long[] at = {reached, reached};
      try {
        for (Checkpoints racer : racers) {
          assertThat(racer.latest().map(found -> found.checkpoint().step()).orElse(0L))
              .isEqualTo(reached);
        }
        while (random.nextInt(6) > 0) {
          int who = random.nextInt(8) / 7;
          at[who] += 10;
          saveTrying(racers[who], at[who]);
        }
      } catch (IOException givenUp) {
        // The next execution continues from what is committed.
      }
      Optional<Found> found = new Checkpoints(store, SPEC).latest();
      long now = found.map(f -> f.checkpoint().step()).orElse(0L);
      assertThat(now).isGreaterThanOrEqualTo(reached);
      reached = now;
      if (found.isPresent()) {
        assertThat(found.get().state()).usingRecursiveComparison().isEqualTo(state(now));
        List<Long> logged =
            CommittedCheckpoint.open(store, found.get().checkpoint().manifest()).metrics().stream()
                .map(StepMetrics::step)
                .toList();
        assertThat(logged)
            .isEqualTo(LongStream.rangeClosed(1, now / 10).map(i -> 10 * i).boxed().toList());
      }
    }
  }

  /** As the training does: a save that failed is tried again with the same state. */
  private static void saveTrying(Checkpoints writer, long step) throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        writer.save(state(step), List.of(line(step)));
        return;
      } catch (SupersededException e) {
        throw e;
      } catch (IOException e) {
        if (tries == 3) {
          throw e;
        }
      }
    }
  }
}
