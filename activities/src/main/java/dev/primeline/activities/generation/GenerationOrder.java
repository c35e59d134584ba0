package dev.primeline.activities.generation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.NearestName;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks for, all but the checkpoint optional.
 *
 * @param checkpoint {@code RUN/FAMILY} or a manifest's key
 * @param prompts what is known of each text; absent: nothing of one text
 * @param tokens to write; absent: what the window has room for
 * @param steps of the reverse process; absent: one for each token; none for ARM
 * @param order random or confidence; absent: random; none for ARM
 * @param temperature absent: 1
 * @param topP absent: 1
 * @param seed absent: 1
 * @param samples texts per prompt; absent: 1
 */
public record GenerationOrder(
    String checkpoint,
    @Nullable List<Prompt> prompts,
    @Nullable Integer tokens,
    @Nullable Integer steps,
    @Nullable String order,
    @Nullable Double temperature,
    @Nullable Double topP,
    @Nullable Long seed,
    @Nullable Integer samples) {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .build();

  /**
   * What is known of a text.
   *
   * @param prompt its beginning; absent: nothing
   * @param suffix its end; absent: nothing
   */
  public record Prompt(@Nullable String prompt, @Nullable String suffix) {}

  /**
   * Reads what was typed.
   *
   * @throws BadInput with key and value of what cannot be meant
   */
  static GenerationOrder read(@Nullable JsonNode typed) {
    if (typed == null || !typed.path("checkpoint").isTextual()) {
      throw new BadInput(
          "checkpoint: missing, expected {\"checkpoint\": \"RUN/FAMILY\", \"prompts\": [..], ..}");
    }
    try {
      GenerationOrder order = JSON.treeToValue(typed, GenerationOrder.class);
      for (Prompt prompt : order.known()) {
        if ("".equals(prompt.prompt()) || "".equals(prompt.suffix())) {
          throw new BadInput("prompts: an empty text, expected text, or no such key");
        }
      }
      if (order.known().isEmpty() || order.count() < 1) {
        throw new BadInput(
            "%s, expected at least one"
                .formatted(order.count() < 1 ? "samples: " + order.count() : "prompts: none"));
      }
      return order;
    } catch (UnrecognizedPropertyException e) {
      throw new BadInput(
          "%s: unknown key%s"
              .formatted(
                  e.getPropertyName(),
                  NearestName.hint(
                      e.getPropertyName(),
                      e.getKnownPropertyIds().stream().map(Object::toString).toList())));
    } catch (JsonProcessingException e) {
      throw new BadInput("generation: " + e.getOriginalMessage());
    }
  }

  /** The prompts, one that knows nothing where none is given. */
  List<Prompt> known() {
    return prompts == null ? List.of(new Prompt(null, null)) : prompts;
  }

  int count() {
    return Objects.requireNonNullElse(samples, 1);
  }

  /**
   * How to draw with a generator.
   *
   * @param written tokens to write
   * @throws BadInput when a setting is out of its range or means nothing to the model
   */
  public SamplingSettings settings(Generator generator, int written) {
    if (generator.autoregressive() && (steps != null || order != null)) {
      throw new BadInput(
          "%s: an autoregressive model has neither steps nor an order, expected none"
              .formatted(steps != null ? "steps" : "order"));
    }
    return new SamplingSettings(
        steps == null ? Math.max(1, written) : steps,
        Objects.requireNonNullElse(temperature, 1.0),
        Objects.requireNonNullElse(topP, 1.0),
        order == null ? RevealOrder.RANDOM : RevealOrder.of(order),
        Objects.requireNonNullElse(seed, 1L));
  }
}
