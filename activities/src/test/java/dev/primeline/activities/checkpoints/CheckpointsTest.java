package dev.primeline.activities.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.model.HostTensor;
import dev.primeline.activities.model.ModelState;
import dev.primeline.activities.training.CheckpointSource.Found;
import dev.primeline.activities.training.NumericsChange;
import dev.primeline.activities.training.SavedCheckpoint;
import dev.primeline.activities.training.SkippedBatch;
import dev.primeline.activities.training.StepMetrics;
import dev.primeline.activities.training.SupersededException;
import dev.primeline.activities.training.TrainingPast;
import dev.primeline.activities.training.TrainingState;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import org.slf4j.LoggerFactory;

class CheckpointsTest {

  private static final TrainingSpec SPEC = spec();

  @TempDir Path folder;
  private ArtifactStore store;

  /** Damage is met a hundred times here, and each time it would be said. */
  @BeforeAll
  static void silence() {
    log().setLevel(Level.ERROR);
  }

  @AfterAll
  static void speakAgain() {
    log().setLevel(null);
  }

  private static Logger log() {
    return (Logger) LoggerFactory.getLogger(Checkpoints.class.getPackageName());
  }

  @BeforeEach
  void openStore() throws IOException {
    store = new LocalArtifactStore(folder);
  }

  private static TrainingSpec spec() {
    ExperimentSpec e = SpecReader.read(null);
    ArtifactRef ref = new ArtifactRef("some/key", "00", 1);
    return new TrainingSpec(
        "0123abcd",
        "main",
        e.families().get(0),
        16,
        15,
        e.model(),
        e.training(),
        1,
        ref,
        "c",
        ref,
        "s");
  }

  private static TrainingState state(long step) {
    return new TrainingState(
        step,
        new ModelState(tensors(step), tensors(step + 1), tensors(step + 2), List.of(), step),
        Map.of("kernel", "onednn", "threads", "2"),
        new TrainingPast(
            List.of(2.5, 1e300),
            List.of(new SkippedBatch(3, 4, 1e9, 0.1)),
            List.of(new NumericsChange(2, "threads", "4", "2"))));
  }

  private static List<HostTensor> tensors(long seed) {
    return List.of(
        new HostTensor("transformer.wte.weight", new int[] {2, 2}, new float[] {seed, 1, 2, 3}),
        new HostTensor("lm_head.weight", new int[] {1}, new float[] {-seed}));
  }

  private static StepMetrics line(long step) {
    return new StepMetrics(
        step, step * 10, 2.5, 0.3, 1e-3, step % 2 == 0 ? 2.4 : null, null, 900, 0.5, 1_000_000, 0);
  }

  private Path file(String key) {
    return folder.resolve(key);
  }

  @Test
  void aNewTrainingHasNothingToContinueFrom() throws IOException {
    assertThat(new Checkpoints(store, SPEC).latest()).isEmpty();
  }

  @Test
  void theHighestCommittedStepComesBackWhole() throws IOException {
    Checkpoints writer = new Checkpoints(store, SPEC);
    writer.save(state(10), List.of(line(10)));
    SavedCheckpoint last = writer.save(state(20), List.of(line(20)));
    Found found = new Checkpoints(store, SPEC).latest().orElseThrow();
    assertThat(found.checkpoint()).isEqualTo(last);
    assertThat(found.state()).usingRecursiveComparison().isEqualTo(state(20));
    assertThat(CommittedCheckpoint.open(store, last.manifest()).weights())
        .usingRecursiveComparison()
        .isEqualTo(tensors(20));
  }

  private static List<String> hashes(Manifest manifest) {
    return manifest.own().stream().map(file -> file.sha256()).toList();
  }

  @Test
  void equalStatesAreEqualBytesWhoeverWritesThem() throws IOException {
    SavedCheckpoint one = new Checkpoints(store, SPEC).save(state(10), List.of(line(10)));
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    try (ArtifactStore other = new LocalArtifactStore(elsewhere)) {
      SavedCheckpoint two = new Checkpoints(other, SPEC).save(state(10), List.of(line(10)));
      assertThat(two.weights().sha256()).isEqualTo(one.weights().sha256());
      Manifest first = CommittedCheckpoint.open(store, one.manifest()).manifest();
      Manifest second = CommittedCheckpoint.open(other, two.manifest()).manifest();
      assertThat(hashes(second)).hasSizeGreaterThan(2).isEqualTo(hashes(first));
      assertThat(second.attempt()).isNotEqualTo(first.attempt());
    }
  }

  @Test
  void theAverageIsKeptAndIsWhatIsScored() throws IOException {
    ModelState model = state(10).model();
    ModelState averaged =
        new ModelState(
            model.weights(), model.firstMoments(), model.secondMoments(), tensors(77), 10);
    SavedCheckpoint saved =
        new Checkpoints(store, SPEC)
            .save(
                new TrainingState(10, averaged, Map.of("kernel", "onednn"), TrainingPast.NONE),
                List.of());
    ModelState found = new Checkpoints(store, SPEC).latest().orElseThrow().state().model();
    assertThat(found.average().get(0).values()).isEqualTo(tensors(77).get(0).values());
    assertThat(found.weights().get(0).values()).isEqualTo(model.weights().get(0).values());
    assertThat(saved.weights().key()).endsWith("/ema.safetensors");
    assertThat(CommittedCheckpoint.open(store, saved.manifest()).weights().get(0).values())
        .isEqualTo(tensors(77).get(0).values());

    Files.delete(file(saved.weights().key()));
    assertThat(new Checkpoints(store, SPEC).latest()).isEmpty();
  }

  @Test
  void filesWithoutAManifestDoNotExist() throws IOException {
    Checkpoints writer = new Checkpoints(store, SPEC);
    writer.save(state(10), List.of());
    SavedCheckpoint last = writer.save(state(20), List.of());
    Files.delete(file(last.manifest().key()));
    assertThat(new Checkpoints(store, SPEC).latest().orElseThrow().checkpoint().step())
        .isEqualTo(10);
  }

  @Test
  void aCheckpointThatFindsNoRoomLeavesNothingAndTheNextTryWrites() throws IOException {
    new Checkpoints(store, SPEC).save(state(10), List.of(line(10)));
    List<String> before = store.list("");
    ArtifactStore full =
        new ForwardingStore(store) {
          private int files;

          @Override
          public ArtifactRef put(String key, Path file) throws IOException {
            if (++files == 2) {
              throw new IOException("no room for " + key);
            }
            return super.put(key, file);
          }
        };
    Checkpoints writer = new Checkpoints(full, SPEC);
    assertThatThrownBy(() -> writer.save(state(20), List.of(line(20))))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("no room for trainings/0123abcd/main/step-000000020/");
    assertThat(store.list("")).isEqualTo(before);
    assertThat(new Checkpoints(store, SPEC).latest().orElseThrow().checkpoint().step())
        .isEqualTo(10);
    assertThat(writer.save(state(20), List.of(line(20))).step()).isEqualTo(20);
  }

  @Test
  void damageFallsBackToTheStepBeforeAndIsRepairedByTheNextSave() throws IOException {
    Checkpoints writer = new Checkpoints(store, SPEC);
    writer.save(state(10), List.of(line(10)));
    SavedCheckpoint damaged = writer.save(state(20), List.of(line(20)));
    byte[] weights = Files.readAllBytes(file(damaged.weights().key()));
    weights[weights.length - 1] ^= 1;
    Files.write(file(damaged.weights().key()), weights);

    Checkpoints reader = new Checkpoints(store, SPEC);
    assertThat(reader.latest().orElseThrow().checkpoint().step()).isEqualTo(10);
    SavedCheckpoint again = reader.save(state(20), List.of(line(20)));
    assertThat(again.manifest()).isNotEqualTo(damaged.manifest());
    assertThat(new Checkpoints(store, SPEC).latest().orElseThrow().checkpoint()).isEqualTo(again);
  }

  @Test
  void aMissingFileFallsBackToo() throws IOException {
    Checkpoints writer = new Checkpoints(store, SPEC);
    writer.save(state(10), List.of());
    SavedCheckpoint last = writer.save(state(20), List.of());
    Files.delete(file(last.weights().key()));
    assertThat(new Checkpoints(store, SPEC).latest().orElseThrow().checkpoint().step())
        .isEqualTo(10);
  }

  @Test
  void aManifestThatIsNotOneFallsBackToo() throws IOException {
    Checkpoints writer = new Checkpoints(store, SPEC);
    writer.save(state(10), List.of());
    SavedCheckpoint last = writer.save(state(20), List.of());
    for (String nonsense : List.of("", "{", "{}", "[]", "{\"formatVersion\":1}")) {
      Files.writeString(file(last.manifest().key()), nonsense);
      assertThat(new Checkpoints(store, SPEC).latest().orElseThrow().checkpoint().step())
          .as(nonsense)
          .isEqualTo(10);
    }
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
  void aCommitWhoseAnswerWasLostIsOnesOwnWhenTheSaveIsTriedAgain() throws IOException {
    ArtifactStore deaf =
        new ForwardingStore(store) {
          private boolean heard;

          @Override
          public boolean putIfAbsent(String key, byte[] content) throws IOException {
            boolean written = super.putIfAbsent(key, content);
            if (key.endsWith("manifest.json") && !heard) {
              heard = true;
              throw new IOException("the answer is lost");
            }
            return written;
          }
        };
    Checkpoints writer = new Checkpoints(deaf, SPEC);
    assertThatThrownBy(() -> writer.save(state(10), List.of(line(10))))
        .isInstanceOf(IOException.class);
    SavedCheckpoint saved = writer.save(state(10), List.of(line(10)));
    SavedCheckpoint last = writer.save(state(20), List.of(line(20)));
    assertThat(saved.step()).isEqualTo(10);
    assertThat(CommittedCheckpoint.open(store, last.manifest()).metrics())
        .extracting(StepMetrics::step)
        .containsExactly(10L, 20L);
  }

  @Test
  void theLogOfATrainingHasEveryStepOnceOverItsExecutions() throws IOException {
    Checkpoints killed = new Checkpoints(store, SPEC);
    killed.save(state(10), List.of(line(5), line(10)));
    killed.save(state(20), List.of(line(15), line(20)));
    Checkpoints next = new Checkpoints(store, SPEC);
    next.latest();
    assertThatThrownBy(
            () -> new Checkpoints(store, SPEC).save(state(20), List.of(line(15), line(20))))
        .isInstanceOf(SupersededException.class);
    SavedCheckpoint last = next.save(state(30), List.of(line(25), line(30)));
    assertThat(CommittedCheckpoint.open(store, last.manifest()).metrics())
        .extracting(StepMetrics::step)
        .containsExactly(5L, 10L, 15L, 20L, 25L, 30L);
  }

  @Test
  void aNewerFormatIsRefusedInWords() throws IOException {
    SavedCheckpoint saved = new Checkpoints(store, SPEC).save(state(10), List.of());
    Manifest m = CommittedCheckpoint.open(store, saved.manifest()).manifest();
    Manifest newer =
        new Manifest(
            7,
            m.training(),
            m.branch(),
            m.step(),
            m.attempt(),
            m.model(),
            m.ema(),
            m.optimizer(),
            m.state(),
            m.heldoutNats(),
            m.metrics());
    Files.write(file(saved.manifest().key()), newer.seal());
    assertThatThrownBy(() -> new Checkpoints(store, SPEC).latest())
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("format version 7, expected at most 1");
  }

  @Test
  void oneFlippedBitAnywhereFallsBackAndNeverMisleads() throws IOException {
    Checkpoints writer = new Checkpoints(store, SPEC);
    writer.save(state(10), List.of(line(10)));
    SavedCheckpoint last = writer.save(state(20), List.of(line(20)));
    Manifest manifest = CommittedCheckpoint.open(store, last.manifest()).manifest();
    Random random = new Random(1);
    for (ArtifactRef ref :
        List.of(
            last.manifest(),
            manifest.model(),
            Objects.requireNonNull(manifest.optimizer()),
            Objects.requireNonNull(manifest.state()))) {
      byte[] whole = Files.readAllBytes(file(ref.key()));
      for (int at = random.nextInt(5); at < whole.length; at += 1 + random.nextInt(19)) {
        byte[] flipped = whole.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        Files.write(file(ref.key()), flipped);
        Checkpoints reader = new Checkpoints(store, SPEC);
        Found found = reader.latest().orElseThrow();
        assertThat(found.checkpoint().step()).as("%s, byte %d", ref.key(), at).isEqualTo(10);
        assertThat(found.state()).usingRecursiveComparison().isEqualTo(state(10));
        assertThat(reader.passedOver()).singleElement().asString().contains(last.manifest().key());
      }
      Files.write(file(ref.key()), whole);
    }
    assertThat(new Checkpoints(store, SPEC).latest().orElseThrow().checkpoint()).isEqualTo(last);
  }

  @Test
  void aFileThatOnlyThisMachineStillHasFallsBackToo(@TempDir Path cache) throws IOException {
    CachingStore caching = new CachingStore(store, cache);
    Checkpoints writer = new Checkpoints(caching, SPEC);
    writer.save(state(10), List.of());
    SavedCheckpoint last = writer.save(state(20), List.of());
    assertThat(new Checkpoints(caching, SPEC).latest().orElseThrow().checkpoint()).isEqualTo(last);

    store.delete(last.weights().key());
    assertThat(new Checkpoints(caching, SPEC).latest().orElseThrow().checkpoint().step())
        .isEqualTo(10);
  }

  @Test
  void aManifestInAnothersPlaceIsPassedOver() throws IOException {
    SavedCheckpoint saved = new Checkpoints(store, SPEC).save(state(10), List.of());
    store.putIfAbsent(
        saved.manifest().key().replace("step-000000010", "step-000000030"),
        store.read(saved.manifest().key()));
    assertThat(new Checkpoints(store, SPEC).latest().orElseThrow().checkpoint()).isEqualTo(saved);
  }

  @Test
  void aLostLineOfTheLogDoesNotCostTheWeights() throws IOException {
    Checkpoints writer = new Checkpoints(store, SPEC);
    SavedCheckpoint first = writer.save(state(10), List.of(line(10)));
    SavedCheckpoint last = writer.save(state(20), List.of(line(20)));
    String part =
        CommittedCheckpoint.open(store, first.manifest()).manifest().metrics().get(0).key();
    Files.writeString(file(part), "damaged");

    Checkpoints reader = new Checkpoints(store, SPEC);
    assertThat(reader.latest().orElseThrow().checkpoint()).isEqualTo(last);
    assertThat(CommittedCheckpoint.open(store, last.manifest()).metrics())
        .extracting(StepMetrics::step)
        .containsExactly(20L);
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
  void anExecutionRepairsWhatItWroteItself() throws IOException {
    Checkpoints writer = new Checkpoints(store, SPEC);
    SavedCheckpoint damaged = writer.save(state(10), List.of(line(10)));
    Files.writeString(file(damaged.weights().key()), "damaged");

    SavedCheckpoint repaired = writer.save(state(10), List.of());
    assertThat(repaired.weights().sha256()).isEqualTo(damaged.weights().sha256());
    assertThat(new Checkpoints(store, SPEC).latest().orElseThrow().checkpoint())
        .isEqualTo(repaired);
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
