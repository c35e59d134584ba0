package dev.primeline.activities.generation;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.runs.NamedCheckpoint;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.generation.GenerationResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.DoubleConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes many texts into one file of the store, unless that has been done before. */
final class BatchGeneration {
  private static final int FORMAT = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ArtifactStore store;
  private final EngineSettings engine;

  BatchGeneration(ArtifactStore store, EngineSettings engine) {
    this.store = store;
    this.engine = engine;
  }

  /** Everything that decides the texts, up to the machine's last bits. */
  record Inputs(int format, String checkpoint, GenerationOrder order) {}

  /**
   * The stored texts of an order, or new ones.
   *
   * @param progress told the fraction done after each text
   * @throws BadInput when the order does not fit the model; one sentence
   */
  GenerationResult generate(GenerationOrder order, DoubleConsumer progress) throws IOException {
    NamedCheckpoint named = NamedCheckpoint.find(store, order.checkpoint());
    Inputs inputs = new Inputs(FORMAT, named.saved().manifest().sha256(), order);
    String key = "generations/" + Hashes.key(inputs) + ".jsonl";
    List<GenerationOrder.Prompt> prompts = order.known();
    int count = prompts.size() * order.count();
    if (store.exists(key)) {
      return result(key, store.read(key), count, true);
    }
    StringBuilder lines = new StringBuilder();
    try (Generator generator =
        Generator.open(store, named.training(), named.saved().manifest(), engine)) {
      int done = 0;
      for (GenerationOrder.Prompt prompt : prompts) {
        int[] prefix = encoded(prompt.prompt(), generator.text()::encode);
        int[] suffix = encoded(prompt.suffix(), generator.text()::encodeFurther);
        Integer asked = order.tokens();
        int tokens = asked == null ? generator.room(prefix, suffix) : asked;
        SamplingSettings settings = order.settings(generator, tokens);
        for (int sample = 0; sample < order.count(); sample++) {
          Canvas text = generator.generate(prefix, tokens, suffix, settings, sample, canvas -> {});
          lines
              .append(JSON.writeValueAsString(GeneratedText.of(generator, settings, sample, text)))
              .append('\n');
          progress.accept(++done / (double) count);
        }
      }
    }
    byte[] content = lines.toString().getBytes(StandardCharsets.UTF_8);
    boolean ours = store.putIfAbsent(key, content);
    return result(key, ours ? content : store.read(key), count, !ours);
  }

  private static int[] encoded(@Nullable String text, Function<String, int[]> encoding) {
    return text == null ? new int[0] : encoding.apply(text);
  }

  private static GenerationResult result(String key, byte[] content, int count, boolean reused) {
    return new GenerationResult(
        new ArtifactRef(key, Hashes.sha256(content), content.length), count, reused);
  }
}
