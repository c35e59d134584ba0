package dev.primeline.activities.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StepWatchTest {

  private final AtomicLong now = new AtomicLong();
  private final StepWatch watch = new StepWatch(Duration.ofMinutes(5), now::get);

  private void passes(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void aCallIsAllowedFiveMinutesHoweverFastTheOthersWere() {
    for (int i = 0; i < 100; i++) {
      watch.begins();
      passes(Duration.ofMillis(10));
    }
    passes(Duration.ofSeconds(299));
    assertThat(watch.hangs()).isFalse();
    passes(Duration.ofSeconds(1));
    assertThat(watch.hangs()).isTrue();
    watch.begins();
    assertThat(watch.hangs()).isFalse();
  }

  @Test
  void slowStepsAreAllowedTenOfTheirMedian() {
    for (int i = 0; i < 5; i++) {
      watch.begins();
      passes(Duration.ofMinutes(2));
      watch.ended();
    }
    assertThat(watch.patience()).isEqualTo(Duration.ofMinutes(20));
    watch.begins();
    passes(Duration.ofMinutes(20));
    assertThat(watch.hangs()).isFalse();
    passes(Duration.ofNanos(1));
    assertThat(watch.hangs()).isTrue();
  }

  @Test
  void nothingHangsBetweenCalls() {
    watch.begins();
    passes(Duration.ofSeconds(1));
    watch.ended();
    passes(Duration.ofDays(1));
    assertThat(watch.hangs()).isFalse();
  }
}
