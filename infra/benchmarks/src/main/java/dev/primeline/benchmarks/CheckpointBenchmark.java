package dev.primeline.benchmarks;

import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.checkpoints.Checkpoints;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.model.Network;
import dev.primeline.activities.training.SavedCheckpoint;
import dev.primeline.activities.training.TrainingPast;
import dev.primeline.activities.training.TrainingState;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.Precision;
import dev.primeline.workflows.experiment.TrainingSettings;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Seconds from a network on its device to a committed checkpoint in a local store. */
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class CheckpointBenchmark {

  @Param("prime-v2-128")
  public String row = "";

  private @Nullable Network network;
  private @Nullable Path folder;
  private @Nullable Checkpoints checkpoints;
  private long step;

  @Setup
  public void prepare() throws IOException {
    Row asked = Row.named(row);
    network = Network.create(asked.network(), EngineSettings.defaults(), Row.SEED);
    folder = Files.createTempDirectory("primeline-benchmark");
    checkpoints = new Checkpoints(new LocalArtifactStore(folder), training(asked));
  }

  @Benchmark
  public SavedCheckpoint checkpoint() throws IOException {
    Network trained = Objects.requireNonNull(network);
    return Objects.requireNonNull(checkpoints)
        .save(
            new TrainingState(
                ++step,
                trained.snapshot(),
                trained.fingerprint(1, Precision.FP32),
                TrainingPast.NONE),
            List.of());
  }

  @TearDown
  public void clean() throws IOException {
    Objects.requireNonNull(network).close();
    try (Stream<Path> files = Files.walk(Objects.requireNonNull(folder))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static TrainingSpec training(Row row) {
    ArtifactRef none = new ArtifactRef("file:none", "0".repeat(64), 0);
    TrainingSettings settings =
        new TrainingSettings(
            1,
            row.batch(),
            1e-3,
            1e-4,
            0,
            0.1,
            0.9,
            0.95,
            1e-8,
            1,
            0,
            Precision.FP32,
            row.batch(),
            1,
            0,
            0,
            1,
            1);
    return new TrainingSpec(
        "0".repeat(16),
        "main",
        row.settings(),
        row.vocabulary(),
        0,
        row.shape(),
        settings,
        Row.SEED,
        none,
        none.sha256(),
        none,
        none.sha256());
  }
}
