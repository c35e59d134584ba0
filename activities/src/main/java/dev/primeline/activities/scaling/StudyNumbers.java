package dev.primeline.activities.scaling;

import dev.primeline.workflows.scaling.FailedPoint;
import dev.primeline.workflows.scaling.PointOutcome;
import dev.primeline.workflows.scaling.StudyReportRequest;
import dev.primeline.workflows.scaling.StudySpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The content of a study's result.json.
 *
 * @param schemaVersion within one version names and meanings stay
 * @param studyId the workflow id
 * @param whole false where the study was ended before all its points were begun
 * @param corpusHash the text's content
 * @param study its specification
 * @param conclusions what may and may not be concluded
 * @param families fits of each family
 * @param multipliers compute of families at equal loss
 * @param equalCompute families side by side
 * @param choices what families were varied in, value by value
 * @param points every finished point, those of a sweep that do not count among them
 * @param failed points without a number
 */
record StudyNumbers(
    int schemaVersion,
    String studyId,
    boolean whole,
    String corpusHash,
    StudySpec study,
    List<String> conclusions,
    List<FamilyFits> families,
    List<ComputeMultiplier> multipliers,
    List<EqualCompute> equalCompute,
    List<ChoiceEffect> choices,
    List<PointOutcome> points,
    List<FailedPoint> failed) {

  /** Fits of one family; see {@link FamilyScaling}. */
  record FamilyFits(
      String family,
      List<FrontierPoint> optima,
      @Nullable PowerLaw size,
      @Nullable PowerLaw tokens,
      @Nullable LawEstimate law,
      List<String> warnings) {}

  static StudyNumbers of(
      StudyReportRequest request, ScalingAnalysis analysis, List<String> conclusions) {
    return new StudyNumbers(
        1,
        request.studyId(),
        request.whole(),
        request.corpus().hash(),
        request.spec(),
        conclusions,
        analysis.families().stream()
            .map(
                family ->
                    new FamilyFits(
                        family.family(),
                        family.frontier().optima(),
                        family.size(),
                        family.tokens(),
                        family.law(),
                        family.warnings()))
            .toList(),
        analysis.multipliers(),
        analysis.equalCompute(),
        analysis.choices(),
        request.points(),
        request.failed());
  }
}
