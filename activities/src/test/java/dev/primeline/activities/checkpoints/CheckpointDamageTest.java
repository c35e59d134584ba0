package dev.primeline.activities.checkpoints;

import static dev.primeline.activities.checkpoints.TinyTraining.SPEC;
import static dev.primeline.activities.checkpoints.TinyTraining.line;
import static dev.primeline.activities.checkpoints.TinyTraining.state;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.training.CheckpointSource.Found;
import dev.primeline.activities.training.SavedCheckpoint;
import dev.primeline.activities.training.StepMetrics;
import dev.primeline.workflows.artifact.ArtifactRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are gone or are not what was written. */
class CheckpointDamageTest {

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
  void anExecutionRepairsWhatItWroteItself() throws IOException {
    Checkpoints writer = new Checkpoints(store, SPEC);
    SavedCheckpoint damaged = writer.save(state(10), List.of(line(10)));
    Files.writeString(file(damaged.weights().key()), "damaged");

    SavedCheckpoint repaired = writer.save(state(10), List.of());
    assertThat(repaired.weights().sha256()).isEqualTo(damaged.weights().sha256());
    assertThat(new Checkpoints(store, SPEC).latest().orElseThrow().checkpoint())
        .isEqualTo(repaired);
  }
}
