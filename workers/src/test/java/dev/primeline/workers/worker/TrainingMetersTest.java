package dev.primeline.workers.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.workflows.training.TrainingProgress;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TrainingMetersTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicLong clock = new AtomicLong(1_000_000_000L);

  @Test
  void aTrainingIsFollowedStepByStep() {
    TrainingMeters meters = new TrainingMeters(registry, "mdm", "0a1b/main", clock::get);
    meters.began(progress(40, 0, null, 40));
    assertThat(number("step")).isEqualTo(40);
    assertThat(number("steps")).isEqualTo(100);
    assertThat(number("loss.nats")).as("of no step yet").isNaN();
    assertThat(number("heldout.nelbo.nats")).isNaN();
    clock.addAndGet(7_000_000_000L);
    assertThat(number("seconds.since.step")).isEqualTo(7);

    meters.after(progress(41, 5.5, 5.75, 40), 2, 0.25);
    assertThat(number("step")).isEqualTo(41);
    assertThat(number("loss.nats")).isEqualTo(5.5);
    assertThat(number("heldout.nelbo.nats")).isEqualTo(5.75);
    assertThat(number("seconds.since.step")).isZero();
    assertThat(number("skipped.batches")).isEqualTo(2);
    assertThat(number("tokens.per.second")).isEqualTo(1000);
    assertThat(number("peak.memory.bytes")).isEqualTo(1 << 20);
    assertThat(counted("stall.seconds")).isEqualTo(0.25);
    assertThat(counted("checkpoint.commits")).as("the one it began from is not its own").isZero();
  }

  @Test
  void aCommitIsCountedOnceAndIsNoStep() {
    TrainingMeters meters = new TrainingMeters(registry, "mdm", "0a1b/main", clock::get);
    meters.began(progress(0, 0, null, -1));
    meters.after(progress(20, 5, null, -1), 0, 0);
    clock.addAndGet(3_000_000_000L);
    meters.after(progress(20, 5, null, 20), 0, 0);
    meters.after(progress(20, 5, null, 20), 0, 0);
    assertThat(counted("checkpoint.commits")).isEqualTo(1);
    assertThat(number("checkpoint.step")).isEqualTo(20);
    assertThat(number("seconds.since.step")).isEqualTo(3);
  }

  @Test
  void aStretchThatIsOverLeavesNothingBehind() {
    TrainingMeters meters = new TrainingMeters(registry, "mdm", "0a1b/main", clock::get);
    meters.began(progress(0, 0, null, -1));
    assertThat(registry.getMeters())
        .isNotEmpty()
        .allSatisfy(
            meter -> {
              assertThat(meter.getId().getTag("family")).isEqualTo("mdm");
              assertThat(meter.getId().getTag("training")).isEqualTo("0a1b/main");
            });
    meters.close();
    assertThat(registry.getMeters()).isEmpty();
  }

  private double number(String name) {
    return registry.get("primeline.training." + name).gauge().value();
  }

  private double counted(String name) {
    return registry.get("primeline.training." + name).functionCounter().count();
  }

  private static TrainingProgress progress(
      long step, double loss, @Nullable Double heldout, long committed) {
    return new TrainingProgress("mdm", step, 100, loss, heldout, 1000, 0.5, 1 << 20, 10, committed);
  }
}
