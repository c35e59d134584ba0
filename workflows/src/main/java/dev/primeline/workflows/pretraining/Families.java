package dev.primeline.workflows.pretraining;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.evaluation.EvaluationActivities;
import dev.primeline.workflows.evaluation.EvaluationRequest;
import dev.primeline.workflows.evaluation.EvaluationResult;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.StoredSpec;
import dev.primeline.workflows.report.FamilyOutcome;
import dev.primeline.workflows.runs.RunActivities;
import dev.primeline.workflows.runs.RunRequest;
import dev.primeline.workflows.steps.StepOptions;
import dev.primeline.workflows.subtokens.SubTokenActivities;
import dev.primeline.workflows.subtokens.SubTokenRequest;
import dev.primeline.workflows.subtokens.SubTokenResult;
import dev.primeline.workflows.training.SegmentResult;
import dev.primeline.workflows.training.TrainingSpec;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Takes every family of a run from codes to scores, side by side.
 *
 * <p>A history that has grown long meanwhile is left behind: the trainings save, and the same run
 * continues as new, which finds in the store all that is done.
 */
final class Families {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final RunDetails details;
  private final Trainings running;
  private final Branches branches;
  private final int longestHistory;
  private int trained;

  /**
   * @param longestHistory in events
   */
  Families(RunDetails details, Trainings running, Branches branches, int longestHistory) {
    this.details = details;
    this.running = running;
    this.branches = branches;
    this.longestHistory = longestHistory;
  }

  void putOnRecord(RunRequest request) {
    Workflow.newActivityStub(RunActivities.class, StepOptions.onCpu("put the run on record"))
        .putOnRecord(request);
  }

  /** Every family's, in order; or the same run as new when the history is long. */
  List<FamilyOutcome> outcomes(ExperimentSpec spec, CorpusResult corpus) {
    List<Promise<FamilyOutcome>> families = new ArrayList<>();
    CancellationScope scope =
        Workflow.newCancellationScope(
            () -> {
              for (Family family : spec.families()) {
                families.add(Async.function(() -> outcome(spec, corpus, family)));
              }
            });
    scope.run();
    // A family that fails does not stop the others: what they finish is found again by the next
    // run.
    Promise<Void> all =
        Promise.allOf(
                families.stream().map(family -> family.handle((done, failed) -> true)).toList())
            .thenApply(done -> null);
    Workflow.await(() -> all.isCompleted() || tooLong());
    if (!all.isCompleted()) {
      scope.cancel("the history is long");
      all.get();
      branches.over();
      // What is asked of this run while its trainings save, the next would not know.
      Workflow.await(
          () -> running.stopping() || (!running.paused() && Workflow.isEveryHandlerFinished()));
      running.refuseWhenStopping("stopped as asked, when its trainings had saved");
      Workflow.continueAsNew(StoredSpec.typed(JSON.valueToTree(spec)));
    }
    return families.stream().map(Promise::get).toList();
  }

  /** What was asked of this run is not known to the next: it waits until that is over. */
  private boolean tooLong() {
    return Workflow.getInfo().getHistoryLength() > longestHistory
        && !running.paused()
        && !running.stopping();
  }

  private FamilyOutcome outcome(ExperimentSpec spec, CorpusResult corpus, Family family) {
    SubTokenResult codes =
        Workflow.newActivityStub(
                SubTokenActivities.class,
                StepOptions.onCpu("build the sub-tokenizer of " + family.name()))
            .build(
                new SubTokenRequest(
                    family, corpus.vocabularySize(), spec.seed(), corpus.manifest()));
    TrainingSpec training = FamilyTraining.spec(spec, corpus, family, codes);
    putOnRecord(new RunRequest(Workflow.getInfo().getWorkflowId(), spec, training));
    details.note("training " + family.name());
    SegmentResult last = running.train(training, details.searchable());
    details.link("weights of " + family.name(), last.weights());
    trained++;
    if (trained == spec.families().size()) {
      branches.trained();
    }
    details.note("evaluating " + family.name());
    EvaluationResult evaluated =
        Workflow.newActivityStub(
                EvaluationActivities.class, StepOptions.onDevice("evaluate " + family.name()))
            .evaluate(new EvaluationRequest(training, last.checkpoint(), spec.evaluation()));
    details.note(
        String.format(
            Locale.ROOT,
            "%s scored: %s %.4f nats/token",
            family.name(),
            family.autoregressive() ? "=" : "<=",
            evaluated.scores().nelboNatsPerToken()));
    return new FamilyOutcome(training, codes, last, evaluated);
  }
}
