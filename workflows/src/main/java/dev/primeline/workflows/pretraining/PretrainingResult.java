package dev.primeline.workflows.pretraining;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.report.ReportResult;
import java.util.List;

/**
 * A finished run.
 *
 * @param runId the workflow id
 * @param report where result and page are
 * @param families the headline of each family, in order
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record PretrainingResult(String runId, ReportResult report, List<Headline> families) {

  public PretrainingResult {
    families = List.copyOf(families);
  }

  /**
   * A family's headline.
   *
   * @param name the family
   * @param nelboNatsPerToken its bound (ARM: exact)
   * @param standardError mask and text error together
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Headline(String name, double nelboNatsPerToken, double standardError) {}
}
