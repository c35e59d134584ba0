package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/** Reads what a user of the Temporal UI types to change a run, as strictly as a specification. */
public final class ChangeReader {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ChangeReader() {}

  /**
   * Reads {@code {"steps": 4000, "fromStep": 1500}}.
   *
   * @throws BadInput naming key, value and expectation
   */
  public static Extension extension(@Nullable JsonNode typed) {
    return read(typed, Extension.class, "steps", "{\"steps\": 4000}");
  }

  /**
   * Reads {@code {"learningRate": 5e-4, "finalLearningRate": 5e-5, "fromStep": 1500}}.
   *
   * @throws BadInput naming key, value and expectation
   */
  public static LearningRateChange learningRate(@Nullable JsonNode typed) {
    return read(typed, LearningRateChange.class, "learningRate", "{\"learningRate\": 5e-4}");
  }

  private static <T> T read(
      @Nullable JsonNode typed, Class<T> type, String required, String example) {
    if (typed == null || !typed.isObject()) {
      throw new BadInput("%s, expected an object such as %s".formatted(typed, example));
    }
    StrictReader.check(typed, type, "");
    if (!typed.hasNonNull(required)) {
      throw new BadInput("%s: missing, expected for example %s".formatted(required, example));
    }
    try {
      return JSON.treeToValue(typed, type);
    } catch (JsonProcessingException e) {
      throw new BadInput(e.getOriginalMessage());
    }
  }
}
