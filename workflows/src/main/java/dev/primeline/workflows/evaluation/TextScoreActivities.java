package dev.primeline.workflows.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import org.jspecify.annotations.Nullable;

/** Scores trained models on held-out texts. */
@ActivityInterface
public interface TextScoreActivities {

  /**
   * Scores what a user asked for. Fails as {@code BadInput} with key and value; a fired alarm is in
   * the result, not an exception.
   */
  @ActivityMethod(name = "ScoreTexts")
  TextScoresResult score(@Nullable JsonNode request);
}
