package dev.primeline.activities.report;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.IoSentence;
import dev.primeline.activities.heartbeat.Heartbeat;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.report.ReportActivities;
import dev.primeline.workflows.report.ReportRequest;
import dev.primeline.workflows.report.ReportResult;
import dev.primeline.workflows.steps.FailureKind;
import io.temporal.activity.Activity;
import java.io.IOException;
import java.time.Duration;

/** The door to {@link RunReport}. */
public final class ReportActivitiesImpl implements ReportActivities {

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final ArtifactStore store;
  private final TrainingMetrics metrics;

  /** A door that reads from and writes to the store where the checkpoints are. */
  public ReportActivitiesImpl(ArtifactStore store) {
    this(store, TrainingMetrics.in(store));
  }

  ReportActivitiesImpl(ArtifactStore store, TrainingMetrics metrics) {
    this.store = store;
    this.metrics = metrics;
  }

  @Override
  public ReportResult write(ReportRequest request) {
    try (Heartbeat heartbeat = new Heartbeat(Activity.getExecutionContext(), PATIENCE)) {
      TrainingMetrics heard =
          family -> {
            heartbeat.alive("reading the log of " + family.training().family().name());
            heartbeat.stopIfAsked();
            return metrics.of(family);
          };
      return new RunReport(store, heard).write(request);
    } catch (BadInput e) {
      throw FailureKind.BAD_INPUT.because(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw FailureKind.TROUBLE.because("writing the report: " + IoSentence.of(e), e);
    }
  }
}
