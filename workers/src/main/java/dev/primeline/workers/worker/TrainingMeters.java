package dev.primeline.workers.worker;

import dev.primeline.activities.training.MetricSink;
import dev.primeline.workflows.training.TrainingProgress;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** One training's numbers, registered while a stretch of it runs in this process. */
final class TrainingMeters implements MetricSink {

  private static final double NANOS = 1e9;

  private final MeterRegistry registry;
  private final Tags tags;
  private final LongSupplier clock;
  private final List<Meter> meters = new ArrayList<>();
  private volatile @Nullable TrainingProgress last;
  private volatile long lastStepNanos;
  private volatile long steps;
  private volatile int skipped;
  private volatile double stalled;
  private volatile long committed;
  private final AtomicLong commits = new AtomicLong();

  /**
   * @param training which one: its hash and branch
   * @param clock nanoseconds from any beginning
   */
  TrainingMeters(MeterRegistry registry, String family, String training, LongSupplier clock) {
    this.registry = registry;
    this.clock = clock;
    tags = Tags.of("family", family, "training", training);
    lastStepNanos = clock.getAsLong();
  }

  @Override
  public void began(TrainingProgress progress) {
    last = progress;
    committed = progress.checkpointStep();
    lastStepNanos = clock.getAsLong();
    gauge("step", "Optimiser steps done.", m -> of(TrainingProgress::step));
    gauge("steps", "Optimiser steps to do in all.", m -> of(TrainingProgress::steps));
    gauge("loss.nats", "Training loss of the last step, nats per token.", m -> m.loss());
    gauge(
        "heldout.nelbo.nats",
        "Last held-out NELBO, nats per token.",
        m -> of(p -> p.heldoutNats() == null ? Double.NaN : p.heldoutNats()));
    gauge("tokens.per.second", "Over the last steps.", m -> of(TrainingProgress::tokensPerSecond));
    gauge(
        "model.flops.utilisation",
        "FLOPs of the model per second over the measured peak.",
        m -> of(TrainingProgress::modelFlopsUtilisation));
    gauge(
        "seconds.since.step",
        "Since the last step ended, or the stretch began.",
        m -> (clock.getAsLong() - m.lastStepNanos) / NANOS);
    gauge("checkpoint.step", "Last committed step; -1 before the first.", m -> m.committed);
    gauge("skipped.batches", "Batches that the loss guard passed over.", m -> m.skipped);
    gauge(
        "peak.memory.bytes",
        "Most that the process has had in memory.",
        m -> of(TrainingProgress::peakMemoryBytes));
    counter("checkpoint.commits", "Checkpoints committed here.", m -> m.commits.get());
    counter("stall.seconds", "Time that steps waited for checkpoints.", m -> m.stalled);
  }

  @Override
  public void after(TrainingProgress progress, int skippedBatches, double stalledSeconds) {
    last = progress;
    skipped = skippedBatches;
    stalled = stalledSeconds;
    if (progress.checkpointStep() > committed) {
      committed = progress.checkpointStep();
      commits.incrementAndGet();
    }
    if (progress.step() != steps) {
      steps = progress.step();
      lastStepNanos = clock.getAsLong();
    }
  }

  /** Another stretch may run elsewhere: numbers that stand still here would be read as a halt. */
  @Override
  public void close() {
    meters.forEach(registry::remove);
  }

  private double loss() {
    // What begins has no loss yet.
    return steps == 0 ? Double.NaN : of(TrainingProgress::loss);
  }

  private double of(ToDoubleFunction<TrainingProgress> number) {
    TrainingProgress progress = last;
    return progress == null ? Double.NaN : number.applyAsDouble(progress);
  }

  private void gauge(String name, String help, ToDoubleFunction<TrainingMeters> number) {
    meters.add(
        Gauge.builder("primeline.training." + name, this, number)
            .description(help)
            .tags(tags)
            .register(registry));
  }

  private void counter(String name, String help, ToDoubleFunction<TrainingMeters> number) {
    meters.add(
        FunctionCounter.builder("primeline.training." + name, this, number)
            .description(help)
            .tags(tags)
            .register(registry));
  }
}
