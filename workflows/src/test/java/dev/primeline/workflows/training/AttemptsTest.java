package dev.primeline.workflows.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.training.Attempts.Verdict;
import org.junit.jupiter.api.Test;

/** What is heard of a step comes late: where a worker was lost is known within some steps. */
class AttemptsTest {

  private final Attempts attempts = new Attempts();

  private Verdict lost(long step, long unheard) {
    return attempts.failed(FailureKind.WORKER_LOST, 0, step, unheard);
  }

  @Test
  void threeThatMayHaveBeenLostInTheSameStepHalveTheMicroBatch() {
    assertThat(lost(900, 40)).isEqualTo(Verdict.GO_ON);
    assertThat(lost(870, 40)).isEqualTo(Verdict.GO_ON);
    assertThat(lost(905, 40)).isEqualTo(Verdict.HALVE);
  }

  @Test
  void oneThatWasLostElsewhereBeginsTheCountAnew() {
    assertThat(lost(900, 40)).isEqualTo(Verdict.GO_ON);
    assertThat(lost(850, 40)).isEqualTo(Verdict.GO_ON);
    assertThat(lost(900, 40)).isEqualTo(Verdict.GO_ON);
    assertThat(lost(700, 40)).isEqualTo(Verdict.GO_ON);
    assertThat(lost(701, 40)).isEqualTo(Verdict.GO_ON);
  }

  @Test
  void stepsThatAreHeardOfExactlyMustBeTheSame() {
    for (int step = 0; step < 9; step++) {
      assertThat(lost(step, 0)).isEqualTo(Verdict.GO_ON);
    }
  }
}
