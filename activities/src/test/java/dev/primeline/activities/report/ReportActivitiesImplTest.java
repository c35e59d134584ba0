package dev.primeline.activities.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.workflows.report.ReportActivities;
import dev.primeline.workflows.report.ReportResult;
import dev.primeline.workflows.steps.FailureKind;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestActivityEnvironment;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ReportActivitiesImplTest {

  private final TestActivityEnvironment environment = TestActivityEnvironment.newInstance();
  private final MemoryStore store = new MemoryStore();

  @AfterEach
  void close() {
    environment.close();
  }

  private ReportActivities door(TrainingMetrics metrics) {
    environment.registerActivitiesImplementations(new ReportActivitiesImpl(store, metrics));
    return environment.newActivityStub(ReportActivities.class);
  }

  @Test
  void reportIsWrittenThroughTheDoor() {
    Study study = Study.quickstart("run-1");

    ReportResult written = door(study::metrics).write(study.request());

    assertThat(store.objects).containsKeys(written.page().key(), written.result().key());
  }

  @Test
  void storeTroubleIsTriedAgain() {
    ReportActivities door =
        door(
            family -> {
              throw new IOException("connection reset");
            });

    assertThatThrownBy(() -> door.write(Study.quickstart("run-1").request()))
        .isInstanceOf(ActivityFailure.class)
        .cause()
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> {
              assertThat(failure.getType()).isEqualTo(FailureKind.TROUBLE.wireName());
              assertThat(failure.isNonRetryable()).isFalse();
              assertThat(failure.getOriginalMessage())
                  .isEqualTo("writing the report: connection reset");
            });
  }
}
