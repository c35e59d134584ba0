package dev.primeline.workflows.scaling;

import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.evaluation.EvaluationActivities;
import dev.primeline.workflows.evaluation.EvaluationRequest;
import dev.primeline.workflows.evaluation.EvaluationResult;
import dev.primeline.workflows.evaluation.SelfCheck;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.pretraining.FamilyTraining;
import dev.primeline.workflows.pretraining.Trainings;
import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.steps.StepOptions;
import dev.primeline.workflows.subtokens.SubTokenActivities;
import dev.primeline.workflows.subtokens.SubTokenRequest;
import dev.primeline.workflows.subtokens.SubTokenResult;
import dev.primeline.workflows.training.SegmentResult;
import dev.primeline.workflows.training.TrainingSpec;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Trains the points of a study, so many at once. A point that fails leaves the others alone; what
 * may pass by is tried again.
 *
 * <p>As many lanes as trainings may run at once take points from one queue, because a thread for
 * each waiting point would exhaust the worker's.
 */
final class StudyPoints {

  private static final int MOST_TRIES = 3;
  private static final Duration PAUSE = Duration.ofSeconds(30);

  private final StudySpec study;
  private final CorpusResult corpus;
  private final Trainings trainings;
  private final StudyDetails details;
  private final Map<String, Curve> curves = new HashMap<>();
  private final Map<String, Promise<SubTokenResult>> codes = new HashMap<>();
  private final Deque<StudyPoint> waiting = new ArrayDeque<>();
  private final List<PointOutcome> finished = new ArrayList<>();
  private final List<FailedPoint> failed = new ArrayList<>();
  private int open;
  private boolean whole = true;

  StudyPoints(StudySpec study, CorpusResult corpus, Trainings trainings, StudyDetails details) {
    this.study = study;
    this.corpus = corpus;
    this.trainings = trainings;
    this.details = details;
    for (Budget budget : study.budgets()) {
      for (Family family : study.experiment().families()) {
        Curve curve = new Curve(study, family, budget);
        curves.put(curve(family.name(), budget.flops()), curve);
        await(curve.first());
      }
    }
  }

  private static String curve(String family, double flops) {
    return family + " " + flops;
  }

  private void await(List<StudyPoint> points) {
    waiting.addAll(points);
    open += points.size();
    points.forEach(point -> details.begun());
  }

  /** Begins; done when no point is left. */
  Promise<Void> train() {
    List<Promise<Void>> lanes = new ArrayList<>();
    for (int lane = 0; lane < Math.min(study.parallel(), open); lane++) {
      lanes.add(Async.procedure(this::lane));
    }
    return Promise.allOf(lanes);
  }

  List<PointOutcome> finished() {
    return finished;
  }

  List<FailedPoint> failed() {
    return failed;
  }

  /** False once a point was left out because the study was to end. */
  boolean whole() {
    return whole;
  }

  private void lane() {
    try {
      while (true) {
        Workflow.await(() -> !waiting.isEmpty() || open == 0);
        if (open == 0) {
          return;
        }
        StudyPoint point = waiting.remove();
        await(take(point));
        open--;
      }
    } catch (CanceledFailure ending) {
      whole = false;
    }
  }

  /** One point to its end; gives what its curve wants next. */
  private List<StudyPoint> take(StudyPoint point) {
    Curve curve = Objects.requireNonNull(curves.get(curve(point.family(), point.flops())));
    for (int tried = 1; ; tried++) {
      if (trainings.stopping()) {
        whole = false;
        return List.of();
      }
      try {
        PointOutcome outcome = train(point);
        finished.add(outcome);
        return curve.finished(outcome, details);
      } catch (TemporalFailure failure) {
        FailureKind kind = kind(failure);
        if (kind == FailureKind.CANCELLED) {
          whole = false;
          return List.of();
        }
        if (kind.retry() == FailureKind.Retry.NEVER || tried == MOST_TRIES) {
          String reason = sentence(failure);
          failed.add(new FailedPoint(point, reason));
          details.failed(name(point), point.words() + " failed: " + reason);
          return curve.failed(point, details);
        }
        details.note("%s is tried again: %s".formatted(point.words(), sentence(failure)));
        Workflow.sleep(PAUSE.multipliedBy(tried));
      }
    }
  }

  private String name(StudyPoint point) {
    return point.experiment(study).families().get(0).name();
  }

  private PointOutcome train(StudyPoint point) {
    ExperimentSpec experiment = point.experiment(study);
    Family family = experiment.families().get(0);
    TrainingSpec training =
        FamilyTraining.spec(experiment, corpus, family, codes(point.family(study), point.seed()));
    SegmentResult last = trainings.train(training, details.searchable());
    EvaluationResult scored =
        Workflow.newActivityStub(
                EvaluationActivities.class, StepOptions.onDevice("evaluate " + family.name()))
            .evaluate(new EvaluationRequest(training, last.checkpoint(), experiment.evaluation()));
    details.finished(
        family.name(),
        "%s: %s %s nats/token"
            .formatted(
                point.words(),
                family.autoregressive() ? "=" : "<=",
                StudyWords.nats(scored.scores().nelboNatsPerToken())));
    return new PointOutcome(
        point,
        last.parameters(),
        last.tokensTrained(),
        scored.scores().nelboNatsPerToken(),
        scored.scores().standardError(),
        scored.selfCheck().alarms().stream().anyMatch(SelfCheck.Alarm::fired),
        training.hash(),
        last.checkpoint().key(),
        scored.artifact().key());
  }

  /** Families' codes depend on the seed alone, so sizes and budgets share them. */
  private SubTokenResult codes(Family family, long seed) {
    String key = family.name() + " " + seed;
    Promise<SubTokenResult> built =
        codes.computeIfAbsent(
            key,
            absent -> {
              SubTokenActivities activities =
                  Workflow.newActivityStub(
                      SubTokenActivities.class,
                      StepOptions.onCpu("build the sub-tokenizer of " + family.name()));
              return Async.function(
                  activities::build,
                  new SubTokenRequest(family, corpus.vocabularySize(), seed, corpus.manifest()));
            });
    try {
      return built.get();
    } catch (TemporalFailure failure) {
      // Whoever tries again asks anew.
      codes.remove(key, built);
      throw failure;
    }
  }

  private static FailureKind kind(TemporalFailure failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CanceledFailure) {
        return FailureKind.CANCELLED;
      }
      if (cause instanceof ApplicationFailure application) {
        return FailureKind.of(application);
      }
    }
    return FailureKind.TROUBLE;
  }

  private static String sentence(TemporalFailure failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ApplicationFailure application) {
        return String.valueOf(application.getOriginalMessage());
      }
    }
    return String.valueOf(failure.getMessage());
  }
}
