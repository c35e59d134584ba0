package dev.primeline.activities.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.primeline.activities.model.ModelState;
import dev.primeline.workflows.artifact.ArtifactRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BackgroundSavingTest {

  private final AtomicInteger snapshots = new AtomicInteger();

  /** Commits when it is let, or fails as often as it is told to. */
  private static final class Gate implements CheckpointSink {
    final Semaphore open = new Semaphore(0);
    final AtomicInteger failures = new AtomicInteger();
    final AtomicInteger tries = new AtomicInteger();
    final List<Long> saved = new CopyOnWriteArrayList<>();

    @Override
    public SavedCheckpoint save(TrainingState state, List<StepMetrics> metrics) throws IOException {
      tries.incrementAndGet();
      open.acquireUninterruptibly();
      if (failures.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        throw new IOException("no answer");
      }
      saved.add(state.step());
      ArtifactRef ref = new ArtifactRef("step-" + state.step(), "00", 1);
      return new SavedCheckpoint(state.step(), ref, ref);
    }
  }

  private void save(BackgroundSaving saving, long step) throws IOException {
    saving.save(
        () -> {
          snapshots.incrementAndGet();
          ModelState model = new ModelState(List.of(), List.of(), List.of(), List.of(), step);
          return new TrainingState(step, model, Map.of(), TrainingPast.NONE);
        },
        List.of());
  }

  private CompletableFuture<Void> saveAside(BackgroundSaving saving, long step) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            save(saving, step);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  @Test
  void trainingGoesOnWhileACheckpointIsUploaded() throws IOException {
    Gate gate = new Gate();
    try (BackgroundSaving saving = new BackgroundSaving(gate, 2, () -> {})) {
      save(saving, 10);
      assertThat(saving.committed()).isEqualTo(-1);
      gate.open.release();
      assertThat(saving.last().orElseThrow().step()).isEqualTo(10);
      assertThat(saving.committed()).isEqualTo(10);
    }
  }

  @Test
  void neverMoreStatesAreHeldThanThereIsRoomForAndTheWaitIsCounted() throws IOException {
    Gate gate = new Gate();
    AtomicInteger waits = new AtomicInteger();
    try (BackgroundSaving saving = new BackgroundSaving(gate, 2, waits::incrementAndGet)) {
      save(saving, 10);
      save(saving, 20);
      assertThat(saving.stalledSeconds()).isLessThan(1);
      CompletableFuture<Void> third = saveAside(saving, 30);
      await().until(() -> waits.get() > 0);
      assertThat(snapshots).hasValue(2);
      assertThat(third).isNotDone();
      gate.open.release(3);
      third.join();
      assertThat(saving.last().orElseThrow().step()).isEqualTo(30);
      assertThat(gate.saved).containsExactly(10L, 20L, 30L);
      assertThat(saving.stalledSeconds()).isGreaterThan(0.5);
    }
  }

  @Test
  void aSaveThatFailsIsTriedAgainBeforeTheNextIsDue() throws IOException {
    Gate gate = new Gate();
    gate.failures.set(1);
    gate.open.release(9);
    try (BackgroundSaving saving = new BackgroundSaving(gate, 2, () -> {})) {
      save(saving, 10);
      await().until(() -> saving.committed() == 10);
      assertThat(gate.tries).hasValue(2);
      save(saving, 20);
      assertThat(saving.last().orElseThrow().step()).isEqualTo(20);
    }
  }

  @Test
  void aSaveThatStillFailsWhenTheNextIsDueFailsTheTraining() throws IOException {
    Gate gate = new Gate();
    gate.failures.set(1000);
    gate.open.release(1000);
    try (BackgroundSaving saving = new BackgroundSaving(gate, 2, () -> {})) {
      save(saving, 10);
      await().until(() -> gate.tries.get() > 0);
      saving.requireNotSuperseded();
      assertThatThrownBy(() -> save(saving, 20))
          .isInstanceOf(IOException.class)
          .hasMessage("no answer");
      assertThat(snapshots).hasValue(1);
    }
  }

  @Test
  void aSupersededTrainingIsToldAtOnce() throws IOException {
    CheckpointSink behind =
        (state, metrics) -> {
          throw new SupersededException("another is at step 40");
        };
    try (BackgroundSaving saving = new BackgroundSaving(behind, 2, () -> {})) {
      save(saving, 10);
      await()
          .untilAsserted(
              () ->
                  assertThatThrownBy(saving::requireNotSuperseded)
                      .isInstanceOf(SupersededException.class));
    }
  }

  @Test
  void whatWasTakenIsCommittedBeforeTheEndEvenWhenTrainingFailed() throws IOException {
    Gate gate = new Gate();
    gate.open.release(2);
    try (BackgroundSaving saving = new BackgroundSaving(gate, 2, () -> {})) {
      save(saving, 10);
      save(saving, 20);
    }
    assertThat(gate.saved).containsExactly(10L, 20L);
  }

  @Test
  void aDefectOfTheSinkIsNotHidden() throws IOException {
    CheckpointSink broken =
        (state, metrics) -> {
          throw new IllegalStateException("a defect");
        };
    try (BackgroundSaving saving = new BackgroundSaving(broken, 2, () -> {})) {
      save(saving, 10);
      assertThatThrownBy(saving::last).hasMessage("a defect");
    }
  }
}
