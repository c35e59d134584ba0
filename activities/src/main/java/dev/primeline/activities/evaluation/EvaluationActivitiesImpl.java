package dev.primeline.activities.evaluation;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.IoSentence;
import dev.primeline.activities.heartbeat.Heartbeat;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.workflows.evaluation.EvaluationActivities;
import dev.primeline.workflows.evaluation.EvaluationRequest;
import dev.primeline.workflows.evaluation.EvaluationResult;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.steps.FailureKind;
import io.temporal.activity.Activity;
import java.io.IOException;
import java.time.Duration;

/** The door to {@link Evaluation}: heartbeats the fraction done. */
public final class EvaluationActivitiesImpl implements EvaluationActivities {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Evaluation evaluation;
  private final ModelSamples samples;

  /**
   * @param store of corpora, checkpoints and evaluations
   * @param engine how networks compute
   * @param samples writes texts of what was scored
   */
  public EvaluationActivitiesImpl(
      ArtifactStore store, EngineSettings engine, ModelSamples samples) {
    this.samples = samples;
    this.evaluation = new Evaluation(store, engine);
  }

  @Override
  public EvaluationResult evaluate(EvaluationRequest request) {
    try (Heartbeat heartbeat = new Heartbeat(Activity.getExecutionContext(), PATIENCE)) {
      EvaluationResult result =
          evaluation.evaluate(
              request,
              fraction -> {
                heartbeat.alive(fraction);
                heartbeat.stopIfAsked();
              });
      samples.keep(request.training(), request.checkpoint());
      return result;
    } catch (BadInput e) {
      throw FailureKind.BAD_INPUT.because(e.getMessage());
    } catch (IOException e) {
      throw FailureKind.TROUBLE.because(
          "evaluating %s: %s".formatted(request.checkpoint().key(), IoSentence.of(e)), e);
    }
  }
}
