package dev.primeline.workflows.scaling;

import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.workflows.corpus.CorpusPart;
import dev.primeline.workflows.corpus.CorpusRequest;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.pretraining.Trainings;
import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.steps.Queues;
import dev.primeline.workflows.steps.StepOptions;
import dev.primeline.workflows.training.Asked;
import dev.primeline.workflows.training.TrainingProgress;
import io.temporal.activity.ActivityOptions;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the study, prepares its text, trains its points, reports.
 *
 * <p>A history that has grown long is left behind: trainings save, and the same study continues as
 * new, which finds in the store all that is done.
 */
public final class ScalingStudyWorkflowImpl implements ScalingStudyWorkflow {

  /** In events; a server ends a history at 50,000. */
  private static final int LONGEST_HISTORY = 30_000;

  private final StudyDetails details = new StudyDetails();
  private final Trainings trainings = new Trainings();
  private final int longestHistory;

  /** As workers run it. */
  public ScalingStudyWorkflowImpl() {
    this(LONGEST_HISTORY);
  }

  ScalingStudyWorkflowImpl(int longestHistory) {
    this.longestHistory = longestHistory;
  }

  @Override
  public StudyResult run(@Nullable JsonNode typed) {
    try {
      return study(typed);
    } finally {
      // Nobody who asked something is left without an answer, cancelled or not.
      Workflow.newDetachedCancellationScope(() -> Workflow.await(Workflow::isEveryHandlerFinished))
          .run();
    }
  }

  private StudyResult study(@Nullable JsonNode typed) {
    details.note("checking the study");
    ResolvedStudy resolved =
        Workflow.newActivityStub(ScalingActivities.class, resolving()).resolve(typed);
    StudySpec spec = resolved.spec();
    details.runsWhere(resolved);
    details.note("preparing the corpus");
    ExperimentSpec experiment = spec.experiment();
    CorpusResult corpus =
        CorpusPart.prepare(
            new CorpusRequest(experiment.corpus(), experiment.model().length(), experiment.seed()));
    details.note("%,d tokens to learn from".formatted(corpus.trainTokens()));
    StudyPoints points = new StudyPoints(spec, corpus, trainings, details);
    train(spec, points);
    return report(spec, corpus, points);
  }

  private void train(StudySpec spec, StudyPoints points) {
    List<Promise<Void>> trained = new ArrayList<>();
    CancellationScope scope = Workflow.newCancellationScope(() -> trained.add(points.train()));
    scope.run();
    Promise<Void> all = trained.get(0);
    Workflow.await(() -> all.isCompleted() || tooLong());
    if (!all.isCompleted()) {
      scope.cancel("the history is long");
      all.get();
      Workflow.await(Workflow::isEveryHandlerFinished);
      Workflow.continueAsNew(spec.typed());
    }
    all.get();
  }

  /** What was asked of this study is not known to the next: it waits until that is over. */
  private boolean tooLong() {
    return Workflow.getInfo().getHistoryLength() > longestHistory
        && !trainings.paused()
        && !trainings.stopping();
  }

  private StudyResult report(StudySpec spec, CorpusResult corpus, StudyPoints points) {
    if (points.finished().isEmpty()) {
      throw points.failed().isEmpty()
          ? FailureKind.CANCELLED.because("the study ended before any of its points was done")
          : FailureKind.NO_PROGRESS.because(
              "no point of the study has a number; %s failed first: %s"
                  .formatted(
                      points.failed().get(0).point().words(), points.failed().get(0).reason()));
    }
    details.note("fitting, and writing the report");
    String id = Workflow.getInfo().getWorkflowId();
    StudyReport report =
        Workflow.newActivityStub(ScalingActivities.class, StepOptions.onCpu("write the report"))
            .report(
                new StudyReportRequest(
                    id, spec, corpus, points.finished(), points.failed(), points.whole()));
    details.link("report", report.page());
    details.link("points.csv", report.points());
    report.conclusions().forEach(details::note);
    failOnAlarm(points.finished());
    return new StudyResult(
        id, report, points.finished().size(), points.failed().size(), points.whole());
  }

  private static void failOnAlarm(List<PointOutcome> finished) {
    for (PointOutcome outcome : finished) {
      if (outcome.alarmed()) {
        throw FailureKind.SELF_CHECK_FAILED.because(
            "an alarm fired for %s; %s says which"
                .formatted(outcome.point().words(), outcome.evaluation()));
      }
    }
  }

  /** The same as of a run, by the room that knows studies. */
  private static ActivityOptions resolving() {
    return ActivityOptions.newBuilder(StepOptions.resolving())
        .setTaskQueue(Queues.CPU)
        .setSummary("check the study")
        .build();
  }

  @Override
  public void progressed(TrainingProgress progress) {
    details.heard(progress);
  }

  @Override
  public void pause() {
    details.note("pausing");
    trainings.ask(Asked.PAUSE);
  }

  @Override
  public void mayPause() {
    refuse(trainings.paused(), "paused already, expected a study that is under way");
    mayFinishEarly();
  }

  @Override
  public void resume() {
    details.note("going on");
    trainings.ask(Asked.RESUME);
  }

  @Override
  public void mayResume() {
    refuse(!trainings.paused(), "not paused, expected a paused study");
  }

  @Override
  public void finishEarly() {
    details.note("ending with the points that are there");
    trainings.ask(Asked.STOP);
  }

  @Override
  public void mayFinishEarly() {
    refuse(trainings.stopping(), "about to end already, expected a study that goes on");
  }

  private static void refuse(boolean wrong, String sentence) {
    if (wrong) {
      throw new IllegalStateException("this study is " + sentence);
    }
  }

  @Override
  public StudyProgress progress() {
    return details.progress();
  }
}
