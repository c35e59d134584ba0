package dev.primeline.activities.runs;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.IoSentence;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.runs.ExtensionRequest;
import dev.primeline.workflows.runs.LearningRateRequest;
import dev.primeline.workflows.runs.PlannedBranch;
import dev.primeline.workflows.runs.RunActivities;
import dev.primeline.workflows.runs.RunRequest;
import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.time.Instant;

/** The door to {@link RunRecord} and {@link RunBranch}. */
public final class RunActivitiesImpl implements RunActivities {

  private final ArtifactStore store;

  public RunActivitiesImpl(ArtifactStore store) {
    this.store = store;
  }

  @Override
  public void putOnRecord(RunRequest request) {
    RunRecord run = new RunRecord(store, request.runId());
    TrainingSpec training = request.training();
    asked(
        "putting the run on record",
        () -> {
          if (training == null) {
            run.begin(request.spec(), Instant.now());
          } else {
            run.enter(training);
          }
          return run;
        });
  }

  @Override
  public PlannedBranch planExtension(ExtensionRequest request) {
    return planned(() -> RunBranch.extend(store, request.run(), request.extension()));
  }

  @Override
  public PlannedBranch planLearningRate(LearningRateRequest request) {
    return planned(() -> RunBranch.changeLearningRate(store, request.run(), request.change()));
  }

  private static PlannedBranch planned(StoreCall<RunBranch> plan) {
    RunBranch branch = asked("planning a branch of the run", plan);
    return new PlannedBranch(branch.id(), branch.typed(), branch.announcement());
  }

  private interface StoreCall<T> {
    T call() throws IOException;
  }

  private static <T> T asked(String doing, StoreCall<T> call) {
    try {
      return call.call();
    } catch (BadInput e) {
      throw FailureKind.BAD_INPUT.because(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw FailureKind.TROUBLE.because(doing + ": " + IoSentence.of(e), e);
    }
  }
}
