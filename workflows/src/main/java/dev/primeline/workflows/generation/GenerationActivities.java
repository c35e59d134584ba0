package dev.primeline.workflows.generation;

import com.fasterxml.jackson.databind.JsonNode;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import org.jspecify.annotations.Nullable;

/** Writes texts with a trained model. */
@ActivityInterface
public interface GenerationActivities {

  /** Writes what a user asked for. Fails as {@code BadInput} with key and value. */
  @ActivityMethod(name = "Generate")
  GenerationResult generate(@Nullable JsonNode request);
}
