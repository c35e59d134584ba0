package dev.primeline.activities.perplexity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.DocumentSplit;
import dev.primeline.workflows.experiment.EvaluationSettings;
import dev.primeline.workflows.experiment.NearestName;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks for; checkpoints and texts must be there.
 *
 * @param checkpoints {@code RUN/FAMILY} each, or a manifest's key
 * @param heldout the texts by name: a file, directory or glob, {@code s3://} or {@code https://}
 * @param split where a document of plain text ends; absent: a file is one
 * @param draws mask draws per window; absent: 4
 * @param maskError relative mask error to reach instead; absent: take {@code draws}
 * @param maxTokens of each text, whole windows from the beginning; absent: all
 * @param tokenMaskDraws draws per window of the TOKEN-mask bound; absent: none
 * @param samplerSteps T of the sampler's bound; absent: none
 */
public record TextScoresOrder(
    List<String> checkpoints,
    Map<String, String> heldout,
    @Nullable DocumentSplit split,
    @Nullable Integer draws,
    @Nullable Double maskError,
    @Nullable Long maxTokens,
    @Nullable Integer tokenMaskDraws,
    @Nullable Integer samplerSteps) {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .build();

  /**
   * @throws BadInput with key and value of what cannot be meant
   */
  public TextScoresOrder {
    if (checkpoints == null || checkpoints.isEmpty() || heldout == null || heldout.isEmpty()) {
      throw new BadInput(
          "%s: none, expected {\"checkpoints\": [\"RUN/FAMILY\"], \"heldout\": {\"NAME\": \"FILE\"}}"
              .formatted(checkpoints == null || checkpoints.isEmpty() ? "checkpoints" : "heldout"));
    }
    checkpoints = List.copyOf(checkpoints);
    atLeast("draws", draws, 1);
    atLeast("maxTokens", maxTokens, 0);
    atLeast("tokenMaskDraws", tokenMaskDraws, 0);
    atLeast("samplerSteps", samplerSteps, 0);
    if (maskError != null && !(maskError >= 1e-6 && maskError <= 0.5)) {
      throw new BadInput("maskError: %s, expected between 1.0E-6 and 0.5".formatted(maskError));
    }
  }

  /**
   * Reads what was typed.
   *
   * @throws BadInput with key and value of what cannot be meant
   */
  static TextScoresOrder read(@Nullable JsonNode typed) {
    if (typed == null || !typed.isObject()) {
      throw new BadInput(
          "an evaluation without checkpoints, expected {\"checkpoints\": [\"RUN/FAMILY\"],"
              + " \"heldout\": {\"NAME\": \"FILE\"}, ..}");
    }
    try {
      return JSON.treeToValue(typed, TextScoresOrder.class);
    } catch (UnrecognizedPropertyException e) {
      throw new BadInput(
          "%s: unknown key%s"
              .formatted(
                  e.getPropertyName(),
                  NearestName.hint(
                      e.getPropertyName(),
                      e.getKnownPropertyIds().stream().map(Object::toString).toList())));
    } catch (JsonProcessingException e) {
      if (e.getCause() instanceof BadInput refused) {
        throw refused;
      }
      throw new BadInput("evaluation: " + e.getOriginalMessage());
    }
  }

  DocumentSplit documents() {
    return split == null ? DocumentSplit.FILE : split;
  }

  EvaluationSettings settings() {
    return new EvaluationSettings(
        Objects.requireNonNullElse(draws, 4),
        Objects.requireNonNullElse(maxTokens, 0L),
        Objects.requireNonNullElse(maskError, 0.0),
        Objects.requireNonNullElse(tokenMaskDraws, 0),
        Objects.requireNonNullElse(samplerSteps, 0));
  }

  private static void atLeast(String key, @Nullable Number value, long least) {
    if (value != null && value.longValue() < least) {
      throw new BadInput("%s: %s, expected at least %d".formatted(key, value, least));
    }
  }
}
