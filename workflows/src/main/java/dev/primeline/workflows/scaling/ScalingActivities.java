package dev.primeline.workflows.scaling;

import com.fasterxml.jackson.databind.JsonNode;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import org.jspecify.annotations.Nullable;

/** Reads a study's specification, fits its points, writes its report. */
@ActivityInterface
public interface ScalingActivities {

  /**
   * Resolves what the user typed, and looks at where the study runs. Fails as {@code BadInput} with
   * key, value and expectation.
   */
  @ActivityMethod(name = "ResolveStudy")
  ResolvedStudy resolve(@Nullable JsonNode typed);

  /** Fits a parabola to one family's points at one budget, and says where its minimum lies. */
  @ActivityMethod(name = "FindMinimum")
  Minimum minimum(MinimumRequest request);

  /** Writes result.json, points.csv and index.html under {@code studies/<studyId>/}. */
  @ActivityMethod(name = "WriteStudyReport")
  StudyReport report(StudyReportRequest request);
}
