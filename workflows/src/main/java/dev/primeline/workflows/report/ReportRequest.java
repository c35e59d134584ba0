package dev.primeline.workflows.report;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.ExperimentSpec;
import java.util.List;

/**
 * Write a run's result and page.
 *
 * @param runId the workflow id
 * @param spec the full experiment
 * @param corpus its corpus
 * @param families what each family left behind, in the spec's order
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ReportRequest(
    String runId, ExperimentSpec spec, CorpusResult corpus, List<FamilyOutcome> families) {

  public ReportRequest {
    families = List.copyOf(families);
  }
}
