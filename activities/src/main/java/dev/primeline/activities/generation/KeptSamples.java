package dev.primeline.activities.generation;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.evaluation.ModelSamples;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.report.Sample;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the samples that a run's page shows: the first texts of seed 1, nobody chooses. The models
 * of a synthetic source have none, for symbols are no text.
 */
public final class KeptSamples implements ModelSamples {
  private static final Logger LOG = LoggerFactory.getLogger(KeptSamples.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SAMPLES = 2;
  private static final int TOKENS = 64;
  private static final long SEED = 1;

  private final ArtifactStore store;
  private final EngineSettings engine;

  /**
   * @param store of checkpoints and samples
   * @param engine how networks compute
   */
  public KeptSamples(ArtifactStore store, EngineSettings engine) {
    this.store = store;
    this.engine = engine;
  }

  @Override
  public void keep(TrainingSpec training, ArtifactRef checkpoint) {
    try {
      String key = Sample.key(checkpoint);
      if (!store.exists(key) && ModelText.of(store, training).words()) {
        store.putIfAbsent(key, texts(training, checkpoint).getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("the report will have no samples of {}: {}", checkpoint.key(), e.toString());
    }
  }

  private String texts(TrainingSpec training, ArtifactRef checkpoint) throws IOException {
    int count = Math.min(TOKENS, training.model().length());
    SamplingSettings settings = new SamplingSettings(count, 1, 1, RevealOrder.RANDOM, SEED);
    StringBuilder lines = new StringBuilder();
    try (Generator generator = Generator.open(store, training, checkpoint, engine)) {
      for (int sample = 0; sample < SAMPLES; sample++) {
        Canvas text =
            generator.generate(new int[0], count, new int[0], settings, sample, canvas -> {});
        lines
            .append(JSON.writeValueAsString(GeneratedText.of(generator, settings, sample, text)))
            .append('\n');
      }
    }
    return lines.toString();
  }
}
