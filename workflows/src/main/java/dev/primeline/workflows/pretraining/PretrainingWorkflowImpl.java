package dev.primeline.workflows.pretraining;

import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.workflows.corpus.CorpusPart;
import dev.primeline.workflows.corpus.CorpusRequest;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.evaluation.SelfCheck;
import dev.primeline.workflows.experiment.ChangeReader;
import dev.primeline.workflows.experiment.CorpusSpec;
import dev.primeline.workflows.experiment.ExperimentActivities;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Resolved;
import dev.primeline.workflows.report.FamilyOutcome;
import dev.primeline.workflows.report.ReportActivities;
import dev.primeline.workflows.report.ReportRequest;
import dev.primeline.workflows.report.ReportResult;
import dev.primeline.workflows.runs.RunRequest;
import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.steps.StepOptions;
import dev.primeline.workflows.training.Asked;
import dev.primeline.workflows.training.TrainingProgress;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Workflow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Resolve, prepare, build, train, evaluate, report; every step's result is a reference in history.
 * A long history is left behind, see {@link Families}.
 */
public final class PretrainingWorkflowImpl implements PretrainingWorkflow {

  /**
   * Servers end a run at some 50,000 events; ten hours of four families' news are a third of it.
   */
  private static final int LONGEST_HISTORY = 30_000;

  private final RunDetails details = new RunDetails();
  private final Trainings running = new Trainings();
  private final Branches branches = new Branches();
  private final Families families;
  private final AirflowSteps airflow = new AirflowSteps(details);

  /** As workers run it. */
  public PretrainingWorkflowImpl() {
    this(LONGEST_HISTORY);
  }

  PretrainingWorkflowImpl(int longestHistory) {
    families = new Families(details, running, branches, longestHistory);
  }

  @Override
  public PretrainingResult run(@Nullable JsonNode typed) {
    try {
      PretrainingResult result = experiment(typed);
      answerEveryone();
      return result;
    } catch (TemporalFailure failure) {
      answerEveryone();
      throw failure;
    }
  }

  /** Nobody who asked something of this run is left without an answer, cancelled or not. */
  private void answerEveryone() {
    branches.over();
    Workflow.newDetachedCancellationScope(() -> Workflow.await(Workflow::isEveryHandlerFinished))
        .run();
  }

  private PretrainingResult experiment(@Nullable JsonNode typed) {
    details.note("checking the specification");
    Resolved resolved =
        Workflow.newActivityStub(ExperimentActivities.class, StepOptions.resolving())
            .resolve(typed);
    ExperimentSpec spec = resolved.spec();
    details.runsWhere(resolved);
    String runId = Workflow.getInfo().getWorkflowId();
    airflow.requireAsset(spec);
    CorpusSpec text = airflow.text(spec.corpus());
    details.note("preparing the corpus");
    CorpusResult corpus =
        CorpusPart.prepare(new CorpusRequest(text, spec.model().length(), spec.seed()));
    details.note(
        "%s %,d tokens to learn from, %,d to score"
            .formatted(
                corpus.reused() ? "found" : "prepared",
                corpus.trainTokens(),
                corpus.heldoutTokens()));
    FamilyTraining.refuseOtherText(spec, corpus);
    // Only now: a run that its text stopped would leave a name that its mended command cannot use.
    families.putOnRecord(new RunRequest(runId, spec, null));

    List<FamilyOutcome> outcomes = families.outcomes(spec, corpus);
    details.note("writing the report");
    ReportResult report =
        Workflow.newActivityStub(ReportActivities.class, StepOptions.onCpu("write the report"))
            .write(new ReportRequest(runId, spec, text, corpus, outcomes));
    details.note("report written");
    details.link("report", report.page());
    details.link("result.json", report.result());
    failOnAlarm(outcomes);
    airflow.publish(spec, report, outcomes);
    return new PretrainingResult(runId, report, outcomes.stream().map(this::headline).toList());
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
    details.heard(progress);
  }

  @Override
  public void pause() {
    details.note("pausing");
    running.ask(Asked.PAUSE);
  }

  @Override
  public void mayPause() {
    refuse(running.paused(), "paused already, expected a run that is under way");
    mayStopAfterCheckpoint();
  }

  @Override
  public void resume() {
    details.note("going on");
    running.ask(Asked.RESUME);
  }

  @Override
  public void mayResume() {
    refuse(!running.paused(), "not paused, expected a paused run");
  }

  @Override
  public void stopAfterCheckpoint() {
    details.note("stopping at checkpoints");
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
  public String extend(@Nullable JsonNode extension) {
    return announced(branches.extend(ChangeReader.extension(extension)));
  }

  @Override
  public void mayExtend(@Nullable JsonNode extension) {
    ChangeReader.extension(extension);
  }

  @Override
  public String changeLearningRate(@Nullable JsonNode change) {
    return announced(branches.changeLearningRate(ChangeReader.learningRate(change)));
  }

  @Override
  public void mayChangeLearningRate(@Nullable JsonNode change) {
    ChangeReader.learningRate(change);
  }

  private String announced(String branch) {
    details.note("branch " + branch + " has begun");
    return branch;
  }

  @Override
  public PretrainingProgress progress() {
    return details.progress();
  }
}
