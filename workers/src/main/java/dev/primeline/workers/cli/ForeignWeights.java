package dev.primeline.workers.cli;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.artifacts.Scratch;
import dev.primeline.activities.model.HostTensor;
import dev.primeline.activities.model.ReferenceWeights;
import dev.primeline.activities.weights.WeightsFile;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.ExperimentSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** A file of weights that a user names. */
final class ForeignWeights {

  private ForeignWeights() {}

  /**
   * Reads it.
   *
   * @throws BadInput when it is not there or is refused
   */
  static WeightsFile read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new BadInput("%s: no such file, expected one of weights".formatted(file));
    }
    try {
      return WeightsFile.read(file);
    } catch (DamagedArtifactException e) {
      throw new BadInput(String.valueOf(e.getMessage()));
    }
  }

  /** Tensors that fit a family, in its order. */
  record Fitted(List<HostTensor> tensors) {

    /** Puts them into a store, under the hash of their file. */
    ArtifactRef store(ArtifactStore store) throws IOException {
      try (Scratch scratch = Scratch.open()) {
        Path whole = scratch.file("model.safetensors");
        WeightsFile.write(whole, tensors, Map.of("format", "pt"));
        return store.put("weights/" + sha256(whole) + "/model.safetensors", whole);
      }
    }
  }

  /**
   * Reads a file for the one family of an experiment.
   *
   * @throws BadInput when there are more, or its tensors do not fit
   */
  static Fitted fit(ExperimentSpec spec, Path file) throws IOException {
    if (spec.families().size() != 1) {
      throw new BadInput(
          "--init: one file for %d families, expected one family, such as --families arm"
              .formatted(spec.families().size()));
    }
    return fit(spec, file, read(file));
  }

  /**
   * What was read, for an experiment's first family.
   *
   * @throws BadInput when its tensors are no weights, or do not fit
   */
  static Fitted fit(ExperimentSpec spec, Path file, WeightsFile weights) {
    weights
        .storedAs()
        .forEach(
            (tensor, type) -> {
              if (type.whole()) {
                throw new BadInput(
                    "%s: tensor %s of type %s, expected weights".formatted(file, tensor, type));
              }
            });
    return new Fitted(
        ReferenceWeights.fit(
            spec.families().get(0),
            spec.model(),
            spec.corpus().vocabularySize(),
            weights.tensors()));
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = Hashes.sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
