package dev.primeline.activities.generation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.IoSentence;
import dev.primeline.activities.heartbeat.Heartbeat;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.generation.GenerationActivities;
import dev.primeline.workflows.generation.GenerationResult;
import dev.primeline.workflows.steps.FailureKind;
import io.temporal.activity.Activity;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The door to {@link BatchGeneration}: heartbeats the fraction done. */
public final class GenerationActivitiesImpl implements GenerationActivities {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final BatchGeneration generation;

  /**
   * @param store of checkpoints and texts
   * @param engine how networks compute
   */
  public GenerationActivitiesImpl(ArtifactStore store, EngineSettings engine) {
    this.generation = new BatchGeneration(store, engine);
  }

  @Override
  public GenerationResult generate(@Nullable JsonNode request) {
    try (Heartbeat heartbeat = new Heartbeat(Activity.getExecutionContext(), PATIENCE)) {
      return generation.generate(
          GenerationOrder.read(request),
          fraction -> {
            heartbeat.alive(fraction);
            heartbeat.stopIfAsked();
          });
    } catch (BadInput e) {
      throw FailureKind.BAD_INPUT.because(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw FailureKind.TROUBLE.because("generating: " + IoSentence.of(e), e);
    }
  }
}
