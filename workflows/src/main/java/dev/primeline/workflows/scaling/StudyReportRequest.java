package dev.primeline.workflows.scaling;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.corpus.CorpusResult;
import java.util.List;

/**
 * Write a study's numbers and page.
 *
 * @param studyId the workflow id
 * @param spec the full study
 * @param corpus its text
 * @param points every finished one
 * @param failed every one without a number
 * @param whole false where the study was ended before all its points were begun
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record StudyReportRequest(
    String studyId,
    StudySpec spec,
    CorpusResult corpus,
    List<PointOutcome> points,
    List<FailedPoint> failed,
    boolean whole) {

  public StudyReportRequest {
    points = List.copyOf(points);
    failed = List.copyOf(failed);
  }
}
