package dev.primeline.workflows.airflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.report.FamilyOutcome;
import dev.primeline.workflows.report.ReportResult;
import java.util.List;

/**
 * Tell an asset of a finished run.
 *
 * @param asset its URI, exactly as a DAG writes it
 * @param workflowId the run's name
 * @param runId Temporal's id of the execution that finished it
 * @param report where its numbers are
 * @param families what each family came to, in the run's order
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record AssetPublication(
    String asset, String workflowId, String runId, ReportResult report, List<Family> families) {

  public AssetPublication {
    families = List.copyOf(families);
  }

  /**
   * One family's headline.
   *
   * @param name the family
   * @param bound {@code "="} for an exact likelihood, {@code "<="} for an upper bound
   * @param nelboNatsPerToken the score
   * @param standardError mask and text error together
   * @param checkpoint the scored checkpoint's manifest
   * @param weights its model.safetensors
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Family(
      String name,
      String bound,
      double nelboNatsPerToken,
      double standardError,
      ArtifactRef checkpoint,
      ArtifactRef weights) {

    /** Of what a family left behind. */
    public static Family of(FamilyOutcome outcome) {
      return new Family(
          outcome.training().family().name(),
          outcome.training().family().autoregressive() ? "=" : "<=",
          outcome.evaluated().scores().nelboNatsPerToken(),
          outcome.evaluated().scores().standardError(),
          outcome.trained().checkpoint(),
          outcome.trained().weights());
    }
  }
}
