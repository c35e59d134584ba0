package dev.primeline.activities.checkpoints;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.subtokens.SubTokenizer;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.ModelShape;
import dev.primeline.workflows.experiment.Precision;
import dev.primeline.workflows.experiment.TrainingSettings;
import dev.primeline.workflows.training.TrainingKey;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.util.List;

/**
 * A model that was trained elsewhere, kept as the checkpoint of a training of no steps: it can be
 * scored, asked and drawn from. How its optimiser stood is unknown, so no training continues it.
 */
public final class ModelImport {

  private static final String ATTEMPT = "import";
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private static final TrainingSettings NO_STEPS =
      new TrainingSettings(
          0, 1, 0, 0, 0, 0, 0.9, 0.95, 1e-8, 1, 0, Precision.FP32, 1, 1, 0, 0, 1, 1);

  private ModelImport() {}

  /**
   * Commits the checkpoint; the same model is the same checkpoint.
   *
   * @param codes of the model's tokens
   * @param text whose tokenizer the model reads by
   * @param separator stands at the head of every window
   * @param weights in the store, in layout order
   * @return the manifest
   */
  public static ArtifactRef commit(
      ArtifactStore store,
      Family family,
      ModelShape shape,
      SubTokenizer codes,
      CorpusResult text,
      int separator,
      ArtifactRef weights)
      throws IOException {
    byte[] table = codes.toJson();
    String tableKey = "subtokenizers/%s/subtokenizer.json".formatted(codes.hash());
    store.putIfAbsent(tableKey, table);
    String hash =
        TrainingKey.of(
            family,
            codes.vocabularySize(),
            separator,
            shape,
            NO_STEPS,
            0,
            text.hash(),
            codes.hash(),
            weights);
    TrainingSpec training =
        new TrainingSpec(
            hash,
            "main",
            family,
            codes.vocabularySize(),
            separator,
            shape,
            NO_STEPS,
            0,
            text.manifest(),
            text.hash(),
            new ArtifactRef(tableKey, Hashes.sha256(table), table.length),
            codes.hash(),
            null,
            weights);
    Layout layout = new Layout(hash, training.branch());
    store.putIfAbsent(
        layout.specification(), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(training));
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT_VERSION,
            hash,
            training.branch(),
            0,
            ATTEMPT,
            weights,
            null,
            null,
            null,
            null,
            List.of());
    Layout.Commit commit = layout.commit(0, 0);
    store.putIfAbsent(commit.key(), manifest.seal());
    return CommittedCheckpoint.open(store, commit.key()).saved().manifest();
  }
}
