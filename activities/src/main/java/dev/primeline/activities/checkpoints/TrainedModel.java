package dev.primeline.activities.checkpoints;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.model.HostTensor;
import dev.primeline.activities.model.Network;
import dev.primeline.activities.model.NetworkSpec;
import dev.primeline.activities.subtokens.SubTokenizer;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/**
 * A checkpoint ready to be asked: its network, with the weights that are scored, and the codes of
 * its tokens.
 *
 * @param training what was trained
 * @param codes token to digits
 * @param network to be closed with this
 */
public record TrainedModel(TrainingSpec training, SubTokenizer codes, Network network)
    implements AutoCloseable {

  /**
   * Opens a checkpoint.
   *
   * @throws BadInput when checkpoint, sub-tokenizer and training do not belong together, or a
   *     weight is no number; one sentence
   * @throws DamagedArtifactException naming the file that is not what its reference says
   */
  public static TrainedModel open(
      ArtifactStore store, TrainingSpec training, ArtifactRef checkpoint, EngineSettings engine)
      throws IOException {
    CommittedCheckpoint committed = CommittedCheckpoint.open(store, checkpoint);
    String trained = committed.manifest().training();
    if (!trained.equals(training.hash())) {
      throw new BadInput(
          "%s: a checkpoint of training %s, expected one of %s"
              .formatted(checkpoint.key(), trained, training.hash()));
    }
    SubTokenizer codes =
        SubTokenizer.fromJson(Files.readAllBytes(store.fetch(training.subTokenizer())));
    requireFit(training, codes);
    List<HostTensor> weights = committed.weights();
    weights.forEach(tensor -> requireFinite(checkpoint, tensor));
    Network network =
        Network.create(
            new NetworkSpec(
                training.family(), training.model(), training.vocabularySize(), codes.codes()),
            engine,
            training.seed());
    try {
      network.begin(weights);
    } catch (IllegalArgumentException misfit) {
      network.close();
      throw new BadInput("%s: %s".formatted(checkpoint.key(), misfit.getMessage()));
    }
    return new TrainedModel(training, codes, network);
  }

  static void requireFit(TrainingSpec training, SubTokenizer codes) {
    Family family = training.family();
    if (codes.vocabularySize() != training.vocabularySize()
        || codes.ell() != family.ell()
        || codes.base() != family.base()) {
      throw new BadInput(
          "%s: codes of %d tokens with %d digits of base %d, expected %d tokens with %d of base %d as %s was trained with"
              .formatted(
                  training.subTokenizer().key(),
                  codes.vocabularySize(),
                  codes.ell(),
                  codes.base(),
                  training.vocabularySize(),
                  family.ell(),
                  family.base(),
                  family.name()));
    }
  }

  private static void requireFinite(ArtifactRef checkpoint, HostTensor tensor) {
    float[] values = tensor.values();
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new BadInput(
            "%s: number %d of %s is %s, expected a finite one: the weights have diverged"
                .formatted(checkpoint.key(), i, tensor.name(), values[i]));
      }
    }
  }

  @Override
  public void close() {
    network.close();
  }
}
