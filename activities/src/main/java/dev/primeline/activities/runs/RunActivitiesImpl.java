package dev.primeline.activities.runs;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.IoSentence;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.runs.RunActivities;
import dev.primeline.workflows.runs.RunRequest;
import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.time.Instant;

/** The door to {@link RunRecord}. */
public final class RunActivitiesImpl implements RunActivities {

  private final ArtifactStore store;

  public RunActivitiesImpl(ArtifactStore store) {
    this.store = store;
  }

  @Override
  public void putOnRecord(RunRequest request) {
    RunRecord run = new RunRecord(store, request.runId());
    TrainingSpec training = request.training();
    try {
      if (training == null) {
        run.begin(request.spec(), Instant.now());
      } else {
        run.enter(training);
      }
    } catch (BadInput e) {
      throw FailureKind.BAD_INPUT.because(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw FailureKind.TROUBLE.because("putting the run on record: " + IoSentence.of(e), e);
    }
  }
}
