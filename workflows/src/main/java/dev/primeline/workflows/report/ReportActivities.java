package dev.primeline.workflows.report;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/** Writes what a person reads. */
@ActivityInterface
public interface ReportActivities {

  /** Writes {@code runs/<runId>/result.json} and {@code runs/<runId>/report/index.html}. */
  @ActivityMethod(name = "WriteReport")
  ReportResult write(ReportRequest request);
}
