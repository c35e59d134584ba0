package dev.primeline.benchmarks;

import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.batches.TrainingBatches;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a training step's batch costs: order, tokens and masks. The ARM's row has no masks to draw.
 */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class BatchBenchmark {

  @Param("prime-v2-128")
  public String row = "";

  private @Nullable TrainingBatches batches;
  private long step;

  @Setup
  public void prepare() {
    batches = Row.named(row).batches();
  }

  @Benchmark
  public Batch batch() {
    return Objects.requireNonNull(batches).at(step++);
  }
}
