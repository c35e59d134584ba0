package dev.primeline.workflows.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.corpus.CorpusCursor.Stage;
import dev.primeline.workflows.experiment.Duplicates;
import dev.primeline.workflows.experiment.ExperimentActivities;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.steps.StepOptions;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Read all files for their hashes, plan, tokenize range by range, commit. A corpus of any number of
 * files is some thousand steps at most, a bounded number of them at once, and references are all
 * that histories hold; a long history is left behind.
 */
public final class CorpusWorkflowImpl implements CorpusWorkflow {

  /** Servers end a workflow at some 50,000 events; a step is six at most. */
  private static final int LONGEST_HISTORY = 10_000;

  /** Enough for every worker to have something to do, and few enough for others' steps. */
  private static final int AT_ONCE = 64;

  private final int longestHistory;
  private @Nullable CorpusCursor now;
  private String stage = "checking the specification";
  private long stageBegan;
  private long bytesBefore;
  private int running;
  private @Nullable RuntimeException failure;

  /** As workers run it. */
  public CorpusWorkflowImpl() {
    this(LONGEST_HISTORY);
  }

  CorpusWorkflowImpl(int longestHistory) {
    this.longestHistory = longestHistory;
  }

  @Override
  public CorpusResult run(@Nullable JsonNode typed, @Nullable CorpusCursor cursor) {
    CorpusCursor at = cursor == null ? CorpusCursor.beginning(request(typed)) : cursor;
    if (at.stage() == Stage.BEGIN) {
      CorpusRequest request = at.request();
      show(Stage.BEGIN.words());
      CorpusBegun begun = activities("prepare the corpus").begin(request);
      if (begun.result() != null) {
        return done(begun.result());
      }
      ArtifactRef files = Objects.requireNonNull(begun.files(), "files of a large corpus");
      at = begin(request, Stage.HASH_FILES, files, begun.groups(), begun.bytes(), null);
    }
    if (at.stage() == Stage.HASH_FILES) {
      takeSteps(at);
      show("planning");
      CorpusRequest request = at.request();
      CorpusPlanned planned =
          activities("cut the corpus into ranges").plan(new CorpusPlanRequest(of(at), request));
      if (planned.result() != null) {
        return done(planned.result());
      }
      ArtifactRef plan = Objects.requireNonNull(planned.plan(), "plan of a new corpus");
      Stage next =
          request.corpus().duplicates() == Duplicates.DROP ? Stage.HASH_DOCUMENTS : Stage.TOKENIZE;
      at = begin(request, next, plan, planned.ranges(), planned.bytes(), null);
    }
    if (at.stage() == Stage.HASH_DOCUMENTS) {
      takeSteps(at);
      show("looking for duplicates");
      ArtifactRef duplicates =
          activities("find duplicates").findDuplicates(new CorpusStep(of(at), 0, null));
      at = begin(at.request(), Stage.TOKENIZE, of(at), at.count(), at.bytes(), duplicates);
    }
    takeSteps(at);
    show("committing");
    return done(
        activities("commit the corpus").commit(new CorpusPlanRequest(of(at), at.request())));
  }

  private static CorpusRequest request(@Nullable JsonNode typed) {
    ExperimentSpec spec =
        Workflow.newActivityStub(ExperimentActivities.class, StepOptions.resolving())
            .resolve(typed)
            .spec();
    return new CorpusRequest(spec.corpus(), spec.model().length(), spec.seed());
  }

  private static ArtifactRef of(CorpusCursor at) {
    return Objects.requireNonNull(at.of(), "what the steps are of");
  }

  private static CorpusCursor begin(
      CorpusRequest request,
      Stage stage,
      ArtifactRef of,
      int count,
      long bytes,
      @Nullable ArtifactRef duplicates) {
    return new CorpusCursor(request, stage, of, count, 0, bytes, 0, 0, duplicates);
  }

  /** All steps of a stage that are left; ends this history when it has grown long. */
  private void takeSteps(CorpusCursor from) {
    now = from;
    stageBegan = Workflow.currentTimeMillis();
    bytesBefore = from.bytesDone();
    show(from.stage().words());
    int[] next = {from.next()};
    CancellationScope scope =
        Workflow.newCancellationScope(
            () -> {
              while (next[0] < from.count() && failure == null && !tooLong()) {
                start(from, next[0]);
                next[0]++;
                Workflow.await(() -> running < AT_ONCE || failure != null);
              }
              Workflow.await(() -> running == 0 || failure != null);
            });
    scope.run();
    if (failure != null) {
      scope.cancel("another step failed");
      throw failure;
    }
    if (next[0] < from.count()) {
      CorpusCursor at = Objects.requireNonNull(now, "steps were taken");
      var unused =
          Workflow.newContinueAsNewStub(CorpusWorkflow.class)
              .run(
                  null,
                  new CorpusCursor(
                      at.request(),
                      at.stage(),
                      at.of(),
                      at.count(),
                      next[0],
                      at.bytes(),
                      at.bytesDone(),
                      at.tokens(),
                      at.duplicates()));
    }
  }

  private boolean tooLong() {
    return Workflow.getInfo().getHistoryLength() > longestHistory;
  }

  private void start(CorpusCursor from, int index) {
    CorpusRangeActivities activities =
        activities("%s: %d of %d".formatted(from.stage().words(), index + 1, from.count()));
    CorpusStep step = new CorpusStep(of(from), index, from.duplicates());
    Promise<CorpusStepDone> promise =
        switch (from.stage()) {
          case BEGIN -> throw new IllegalStateException("nothing is listed yet");
          case HASH_FILES -> Async.function(activities::hashFiles, step);
          case HASH_DOCUMENTS -> Async.function(activities::hashDocuments, step);
          case TOKENIZE -> Async.function(activities::tokenize, step);
        };
    running++;
    var unused =
        promise.handle(
            (done, failed) -> {
              running--;
              if (failed != null && failure == null) {
                failure = failed;
              }
              if (done != null) {
                heard(done);
              }
              return true;
            });
  }

  private void heard(CorpusStepDone done) {
    CorpusCursor at = Objects.requireNonNull(now, "a step was taken");
    now =
        new CorpusCursor(
            at.request(),
            at.stage(),
            at.of(),
            at.count(),
            at.next(),
            at.bytes(),
            at.bytesDone() + done.bytes(),
            at.tokens() + done.tokens(),
            at.duplicates());
    show(at.stage().words());
  }

  private CorpusResult done(CorpusResult result) {
    show(
        "%s %,d tokens to learn from, %,d to score"
            .formatted(
                result.reused() ? "found" : "prepared",
                result.trainTokens(),
                result.heldoutTokens()));
    return result;
  }

  private void show(String words) {
    stage = words;
    Workflow.setCurrentDetails(progress().markdown());
  }

  @Override
  public CorpusProgress progress() {
    CorpusCursor at = now;
    if (at == null) {
      return new CorpusProgress(stage, 0, 0, 0, 0, 0);
    }
    double seconds = (Workflow.currentTimeMillis() - stageBegan) / 1e3;
    double speed = seconds > 0 ? (at.bytesDone() - bytesBefore) / seconds : 0;
    double left = speed > 0 ? Math.max(0, at.bytes() - at.bytesDone()) / speed : 0;
    return new CorpusProgress(stage, at.bytesDone(), at.bytes(), at.tokens(), speed / 1e6, left);
  }

  private static CorpusRangeActivities activities(String summary) {
    return Workflow.newActivityStub(CorpusRangeActivities.class, StepOptions.onCpu(summary));
  }
}
