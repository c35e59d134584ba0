package dev.primeline.activities.report;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.report.ReportActivities;
import dev.primeline.workflows.report.ReportRequest;
import dev.primeline.workflows.report.ReportResult;
import dev.primeline.workflows.steps.FailureKind;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import java.io.IOException;

/** The report's door: a heartbeat per training log that is read, trouble with the store retried. */
public final class ReportActivitiesImpl implements ReportActivities {

  private final ArtifactStore store;
  private final TrainingMetrics metrics;

  /** Reads logs from {@code metrics} and writes into {@code store}. */
  public ReportActivitiesImpl(ArtifactStore store, TrainingMetrics metrics) {
    this.store = store;
    this.metrics = metrics;
  }

  @Override
  public ReportResult write(ReportRequest request) {
    ActivityExecutionContext context = Activity.getExecutionContext();
    TrainingMetrics heard =
        family -> {
          context.heartbeat("reading the log of " + family.training().family().name());
          return metrics.of(family);
        };
    try {
      return new RunReport(store, heard).write(request);
    } catch (BadInput e) {
      throw FailureKind.BAD_INPUT.because(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw FailureKind.TROUBLE.because("the report was not written: " + e.getMessage());
    }
  }
}
