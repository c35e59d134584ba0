package dev.primeline.activities.generation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A text as programs read it.
 *
 * @param checkpoint key of the manifest
 * @param family that wrote it
 * @param sample number of the text under its seed
 * @param seed of the draws
 * @param steps of the reverse process; absent for ARM
 * @param order in which digits were revealed; absent for ARM
 * @param temperature that divided the logits
 * @param topP probability that was drawn from
 * @param text with its prompt and suffix
 * @param tokens of it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GeneratedText(
    String checkpoint,
    String family,
    int sample,
    long seed,
    @Nullable Integer steps,
    @Nullable String order,
    double temperature,
    double topP,
    String text,
    int[] tokens) {

  /** What a generator wrote. */
  public static GeneratedText of(
      Generator generator, SamplingSettings settings, int sample, Canvas canvas) {
    boolean masked = !generator.autoregressive();
    return new GeneratedText(
        generator.checkpoint().key(),
        generator.family(),
        sample,
        settings.seed(),
        masked ? settings.steps() : null,
        masked ? settings.order().name().toLowerCase(Locale.ROOT) : null,
        settings.temperature(),
        settings.topP(),
        generator.text().show(canvas),
        canvas.tokens());
  }
}
