package dev.primeline.workflows.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.primeline.workflows.Histories;
import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.training.TrainingProgress;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ScalingStudyWorkflowTest {

  private static final String ONE_FAMILY = "'experiment':{'families':['mdm']}";

  private FakeLab lab = new FakeLab(30_000);

  @AfterEach
  void close() {
    lab.close();
  }

  private List<String> sizes(double flops) {
    return lab.reports.get(0).points().stream()
        .filter(outcome -> outcome.point().flops() == flops)
        .sorted(Comparator.comparingLong(PointOutcome::parameters))
        .map(outcome -> outcome.point().size())
        .distinct()
        .toList();
  }

  @Test
  void everyFamilyBudgetSizeAndSeedIsTrainedOnceAndReported() {
    StudyResult result =
        lab.run(
            "a-study",
            "{'budgets':[{'flops':2e10,'sizes':['w16','w24','w32']},6e10],'parallel':3}");
    assertThat(result.whole()).isTrue();
    assertThat(result.failed()).isZero();
    assertThat(lab.reports).hasSize(1);
    StudyReportRequest report = lab.reports.get(0);
    assertThat(report.points())
        .hasSize(result.finished())
        .hasSizeGreaterThanOrEqualTo(2 * (3 + 4) * 2);
    assertThat(report.points()).extracting(PointOutcome::point).doesNotHaveDuplicates();
    assertThat(lab.trained.keySet())
        .isEqualTo(
            report.points().stream().map(PointOutcome::training).collect(Collectors.toSet()));
    for (PointOutcome outcome : report.points()) {
      double spent =
          StudyPoint.steps(
                  report.spec(),
                  outcome.point().family(report.spec()),
                  outcome.point().rung(report.spec()),
                  outcome.point().flops())
              * (double) report.spec().tokensPerStep();
      assertThat((double) outcome.tokens()).isEqualTo(spent);
    }
  }

  @Test
  void aBracketGrowsUntilTheMinimumLiesInside() {
    lab.run(
        "wide",
        "{%s,'budgets':[2e11],'seeds':[1],'bracket':{'first':3,'most':8,'tokensPerParameter':3000}}"
            .formatted(ONE_FAMILY));
    Histories.keep(lab.client(), "wide", "scaling-study-with-corpus");
    List<String> sizes = sizes(2e11);
    assertThat(sizes).hasSizeGreaterThan(3);
    List<PointOutcome> points =
        lab.reports.get(0).points().stream()
            .sorted(Comparator.comparingLong(PointOutcome::parameters))
            .toList();
    PointOutcome lowest =
        points.stream().min(Comparator.comparingDouble(PointOutcome::nats)).orElseThrow();
    assertThat(points.indexOf(lowest)).isBetween(1, points.size() - 2);
  }

  @Test
  void explicitSizesAreNotWidened() {
    lab.run(
        "fixed",
        "{%s,'budgets':[{'flops':2e10,'sizes':['w8','w12','w16']}],'seeds':[1]}"
            .formatted(ONE_FAMILY));
    assertThat(sizes(2e10)).containsExactly("w8", "w12", "w16");
  }

  @Test
  void addedBudgetsReuseWhatIsTrained() {
    String study = "{%s,'budgets':[%s],'seeds':[1]}";
    lab.run("first", study.formatted(ONE_FAMILY, "2e10"));
    Set<String> before = Set.copyOf(lab.trained.keySet());
    lab.run("second", study.formatted(ONE_FAMILY, "2e10,6e10"));
    Set<String> again =
        lab.reports.get(1).points().stream()
            .filter(outcome -> outcome.point().flops() == 2e10)
            .map(PointOutcome::training)
            .collect(Collectors.toSet());
    // Equal hashes name equal checkpoints, which a training finds before it trains.
    assertThat(again).isEqualTo(before);
  }

  @Test
  void aSweepChoosesARatePerSizeAndTheOtherSeedsTakeIt() {
    lab.run(
        "sweep",
        "{%s,'budgets':[{'flops':2e10,'sizes':['w16','w32']}],'seeds':[1,2,3],'learningRate':{'rates':[0.001,0.004,0.016]}}"
            .formatted(ONE_FAMILY));
    List<PointOutcome> points = lab.reports.get(0).points();
    assertThat(points).hasSize(2 * (3 + 2));
    assertThat(points)
        .filteredOn(outcome -> outcome.point().seed() != 1)
        .extracting(outcome -> outcome.point().rate())
        .containsOnly(0.004);
    assertThat(ChosenRates.of(points)).hasSize(2 * 3);
  }

  @Test
  void aPointThatDivergesLeavesTheOthersAlone() {
    lab.failing = "w24";
    StudyResult result =
        lab.run(
            "hurt",
            "{%s,'budgets':[{'flops':2e10,'sizes':['w16','w24','w32']}],'seeds':[1]}"
                .formatted(ONE_FAMILY));
    assertThat(result.finished()).isEqualTo(2);
    assertThat(lab.reports.get(0).failed())
        .singleElement()
        .satisfies(
            failed -> {
              assertThat(failed.point().size()).isEqualTo("w24");
              assertThat(failed.reason()).contains("loss NaN at step 3");
            });
  }

  @Test
  void aPointWhoseStepsGiveUpInPassingIsTriedAgain() {
    // As many as one evaluation tries before it gives up.
    lab.troubles.set(5);
    StudyResult result =
        lab.run(
            "again",
            "{%s,'budgets':[{'flops':2e10,'sizes':['w16']}],'seeds':[1]}".formatted(ONE_FAMILY));
    assertThat(result.finished()).isEqualTo(1);
    assertThat(lab.troubles).hasValue(0);
    assertThat(lab.client().newWorkflowStub(ScalingStudyWorkflow.class, "again").progress().notes())
        .anySatisfy(note -> assertThat(note).contains("is tried again: the disk is full"));
  }

  @Test
  void aStudyWithoutAnyNumberFailsWithTheFirstReason() {
    lab.failing = "mdm";
    assertThatThrownBy(
            () -> lab.run("lost", "{%s,'budgets':[2e10],'seeds':[1]}".formatted(ONE_FAMILY)))
        .isInstanceOf(WorkflowFailedException.class)
        .cause()
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> {
              assertThat(failure.getType()).isEqualTo(FailureKind.NO_PROGRESS.wireName());
              assertThat(failure.getOriginalMessage()).contains("loss NaN at step 3");
            });
    assertThat(lab.reports).isEmpty();
  }

  @Test
  void aStudyThatIsEndedEarlyReportsWhatIsThere() {
    lab.hanging = "w32";
    ScalingStudyWorkflow study = lab.workflow("early");
    var unused =
        WorkflowClient.start(
            study::run,
            FakeLab.json(
                "{%s,'budgets':[{'flops':2e10,'sizes':['w16','w24','w32']}],'seeds':[1]}"
                    .formatted(ONE_FAMILY)));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> study.progress().finished() == 2 && lab.active.get() == 1);
    study.finishEarly();
    StudyResult result = lab.client().newUntypedWorkflowStub("early").getResult(StudyResult.class);
    assertThat(result.whole()).isFalse();
    assertThat(result.finished()).isEqualTo(2);
    assertThat(lab.reports.get(0).whole()).isFalse();
  }

  @Test
  void noMoreThanAskedForTrainAtOnce() {
    lab.hanging = "mdm";
    ScalingStudyWorkflow study = lab.workflow("capped");
    var unused =
        WorkflowClient.start(
            study::run,
            FakeLab.json("{%s,'budgets':[2e10,6e10],'parallel':3}".formatted(ONE_FAMILY)));
    await().atMost(Duration.ofSeconds(30)).until(() -> lab.active.get() == 3);
    assertThat(study.progress().known()).isGreaterThan(3);
    study.finishEarly();
    assertThatThrownBy(
            () -> lab.client().newUntypedWorkflowStub("capped").getResult(StudyResult.class))
        .rootCause()
        .hasMessageContaining("ended before any of its points was done");
    assertThat(lab.mostActive).hasValue(3);
  }

  @Test
  void aLongHistoryIsLeftBehindAndTheStudyGoesOn() {
    lab.close();
    lab = new FakeLab(600);
    lab.hanging = "w32";
    ScalingStudyWorkflow study = lab.workflow("long");
    var unused =
        WorkflowClient.start(
            study::run,
            FakeLab.json(
                "{%s,'budgets':[{'flops':2e10,'sizes':['w16','w24','w32']}],'seeds':[1]}"
                    .formatted(ONE_FAMILY)));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> study.progress().finished() == 2 && lab.active.get() == 1);
    String first = execution("long");
    TrainingProgress news = new TrainingProgress("w32", 4, 50, 2, null, 9, 0, 0, 7, -1);
    for (int i = 0; i < 600; i++) {
      study.progressed(news);
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> !execution("long").equals(first));
    lab.hanging = "nothing";
    StudyResult result = lab.client().newUntypedWorkflowStub("long").getResult(StudyResult.class);
    assertThat(result.whole()).isTrue();
    assertThat(result.finished()).isEqualTo(3);
  }

  private String execution(String id) {
    return lab.client().newUntypedWorkflowStub(id).describe().getExecution().getRunId();
  }

  @Test
  void aBadStudyIsRefusedBeforeAnythingStarts() {
    assertThatThrownBy(() -> lab.run("bad", "{'budgets':[]}"))
        .rootCause()
        .hasMessageContaining("budgets: none, expected at least one compute budget in FLOPs");
    assertThat(lab.trained).isEmpty();
  }
}
