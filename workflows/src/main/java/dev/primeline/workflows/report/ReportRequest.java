package dev.primeline.workflows.report;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.CorpusSpec;
import dev.primeline.workflows.experiment.ExperimentSpec;
import java.util.List;

/**
 * Write a run's result and page.
 *
 * @param runId the workflow id
 * @param spec the full experiment
 * @param text what was read: the experiment's corpus, with the address of what a DAG made
 * @param corpus what became of it
 * @param families what each family left behind, in the spec's order
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ReportRequest(
    String runId,
    ExperimentSpec spec,
    CorpusSpec text,
    CorpusResult corpus,
    List<FamilyOutcome> families) {

  /** Older histories lack the text: it was the experiment's. */
  public ReportRequest {
    text = text == null ? spec.corpus() : text;
    families = List.copyOf(families);
  }

  /** Of a text that the experiment names. */
  public ReportRequest(
      String runId, ExperimentSpec spec, CorpusResult corpus, List<FamilyOutcome> families) {
    this(runId, spec, spec.corpus(), corpus, families);
  }
}
