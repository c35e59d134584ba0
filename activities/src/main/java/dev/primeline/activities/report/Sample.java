package dev.primeline.activities.report;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.workflows.artifact.ArtifactRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text that a model wrote, as a page shows it; a line of the file of a checkpoint's samples.
 *
 * @param text that was written
 * @param steps of the reverse process; null for ARM
 * @param seed of the draws
 * @param temperature that divided the logits
 * @param topP probability that was drawn from
 */
public record Sample(
    String text, @Nullable Integer steps, long seed, double temperature, double topP) {

  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /** Where a checkpoint's samples are: the first that were written stay. */
  public static String key(ArtifactRef checkpoint) {
    return "samples/%s.jsonl".formatted(checkpoint.sha256());
  }

  /** A checkpoint's samples; none where none were written. */
  static List<Sample> of(ArtifactStore store, ArtifactRef checkpoint) throws IOException {
    List<Sample> samples = new ArrayList<>();
    String key = key(checkpoint);
    if (store.exists(key)) {
      for (String line : new String(store.read(key), StandardCharsets.UTF_8).lines().toList()) {
        samples.add(JSON.readValue(line, Sample.class));
      }
    }
    return samples;
  }
}
