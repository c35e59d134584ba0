package dev.primeline.workflows.pretraining;

import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.workflows.corpus.CorpusActivities;
import dev.primeline.workflows.corpus.CorpusRequest;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.evaluation.EvaluationActivities;
import dev.primeline.workflows.evaluation.EvaluationRequest;
import dev.primeline.workflows.evaluation.EvaluationResult;
import dev.primeline.workflows.evaluation.SelfCheck;
import dev.primeline.workflows.experiment.ExperimentActivities;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.report.FamilyOutcome;
import dev.primeline.workflows.report.ReportActivities;
import dev.primeline.workflows.report.ReportRequest;
import dev.primeline.workflows.report.ReportResult;
import dev.primeline.workflows.runs.RunActivities;
import dev.primeline.workflows.runs.RunRequest;
import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.steps.StepOptions;
import dev.primeline.workflows.subtokens.SubTokenActivities;
import dev.primeline.workflows.subtokens.SubTokenRequest;
import dev.primeline.workflows.subtokens.SubTokenResult;
import dev.primeline.workflows.training.Asked;
import dev.primeline.workflows.training.ProgressTable;
import dev.primeline.workflows.training.SegmentResult;
import dev.primeline.workflows.training.TrainingProgress;
import dev.primeline.workflows.training.TrainingSpec;
import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Resolve, prepare, build, train, evaluate, report; every step's result is a reference in history.
 */
public final class PretrainingWorkflowImpl implements PretrainingWorkflow {

  private final List<String> notes = new ArrayList<>();
  private final Map<String, TrainingProgress> trainings = new LinkedHashMap<>();
  private final Trainings running = new Trainings();

  @Override
  public PretrainingResult run(@Nullable JsonNode typed) {
    note("checking the specification");
    ExperimentSpec spec =
        Workflow.newActivityStub(ExperimentActivities.class, StepOptions.resolving())
            .resolve(typed);
    String runId = Workflow.getInfo().getWorkflowId();
    note("preparing the corpus");
    CorpusResult corpus =
        Workflow.newActivityStub(CorpusActivities.class, StepOptions.onCpu("prepare the corpus"))
            .prepare(new CorpusRequest(spec.corpus(), spec.model().length(), spec.seed()));
    note(
        "%s %,d tokens to learn from, %,d to score"
            .formatted(
                corpus.reused() ? "found" : "prepared",
                corpus.trainTokens(),
                corpus.heldoutTokens()));
    FamilyTraining.refuseOtherText(spec, corpus);
    // Only now: a run that its text stopped would leave a name that its mended command cannot use.
    putOnRecord(new RunRequest(runId, spec, null));

    List<Promise<FamilyOutcome>> families = new ArrayList<>();
    for (Family family : spec.families()) {
      families.add(Async.function(() -> outcome(spec, corpus, family)));
    }
    // A family that fails does not stop the others: what they finish is found again by the next
    // run.
    families.forEach(family -> Promise.allOf(family).exceptionally(failed -> null).get());
    List<FamilyOutcome> outcomes = families.stream().map(Promise::get).toList();

    note("writing the report");
    ReportResult report =
        Workflow.newActivityStub(ReportActivities.class, StepOptions.onCpu("write the report"))
            .write(new ReportRequest(runId, spec, corpus, outcomes));
    note("report written");
    failOnAlarm(outcomes);
    Workflow.await(Workflow::isEveryHandlerFinished);
    return new PretrainingResult(runId, report, outcomes.stream().map(this::headline).toList());
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
    note("training " + family.name());
    SegmentResult trained = running.train(training);
    note("evaluating " + family.name());
    EvaluationResult evaluated =
        Workflow.newActivityStub(
                EvaluationActivities.class, StepOptions.onDevice("evaluate " + family.name()))
            .evaluate(new EvaluationRequest(training, trained.checkpoint(), spec.evaluation()));
    note(
        String.format(
            Locale.ROOT,
            "%s scored: %s %.4f nats/token",
            family.name(),
            family.autoregressive() ? "=" : "<=",
            evaluated.scores().nelboNatsPerToken()));
    return new FamilyOutcome(training, codes, trained, evaluated);
  }

  private static void putOnRecord(RunRequest request) {
    Workflow.newActivityStub(RunActivities.class, StepOptions.onCpu("put the run on record"))
        .putOnRecord(request);
  }

  private static void failOnAlarm(List<FamilyOutcome> outcomes) {
    for (FamilyOutcome outcome : outcomes) {
      for (SelfCheck.Alarm alarm : outcome.evaluated().selfCheck().alarms()) {
        if (alarm.fired()) {
          throw FailureKind.SELF_CHECK_FAILED.because(
              "the %s alarm fired for %s: %s"
                  .formatted(alarm.name(), outcome.training().family().name(), alarm.detail()));
        }
      }
    }
  }

  private PretrainingResult.Headline headline(FamilyOutcome outcome) {
    return new PretrainingResult.Headline(
        outcome.training().family().name(),
        outcome.evaluated().scores().nelboNatsPerToken(),
        outcome.evaluated().scores().standardError());
  }

  @Override
  public void progressed(TrainingProgress progress) {
    trainings.put(progress.family(), progress);
    show();
  }

  @Override
  public void pause() {
    note("pausing");
    running.ask(Asked.PAUSE);
  }

  @Override
  public void mayPause() {
    refuse(running.paused(), "paused already, expected a run that is under way");
    mayStopAfterCheckpoint();
  }

  @Override
  public void resume() {
    note("going on");
    running.ask(Asked.RESUME);
  }

  @Override
  public void mayResume() {
    refuse(!running.paused(), "not paused, expected a paused run");
  }

  @Override
  public void stopAfterCheckpoint() {
    note("stopping at checkpoints");
    running.ask(Asked.STOP);
  }

  @Override
  public void mayStopAfterCheckpoint() {
    refuse(running.stopping(), "about to end already, expected a run that goes on");
  }

  private static void refuse(boolean wrong, String sentence) {
    if (wrong) {
      throw new IllegalStateException("this run is " + sentence);
    }
  }

  @Override
  public PretrainingProgress progress() {
    return new PretrainingProgress(notes, List.copyOf(trainings.values()));
  }

  private void note(String line) {
    notes.add(line);
    show();
  }

  private void show() {
    String table =
        trainings.isEmpty() ? "" : ProgressTable.markdown(List.copyOf(trainings.values())) + "\n";
    Workflow.setCurrentDetails(table + "- " + String.join("\n- ", notes));
  }
}
