package dev.primeline.activities.runs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.checkpoints.CommittedCheckpoint;
import dev.primeline.activities.training.SavedCheckpoint;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.NearestName;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A checkpoint that a user named.
 *
 * @param training that made it
 * @param saved its step and manifest
 */
public record NamedCheckpoint(TrainingSpec training, SavedCheckpoint saved) {

  private static final Pattern MANIFEST =
      Pattern.compile("(trainings/[\\w.-]+/[\\w.-]+/)step-\\d+/manifest(-\\d+)?\\.json");
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /**
   * Finds it.
   *
   * @param name a run and a family of it, {@code RUN/FAMILY}, for its newest whole checkpoint; or a
   *     manifest's key
   * @throws BadInput when there is none of that name; one sentence
   * @throws DamagedArtifactException when what is there is not its manifest
   */
  public static NamedCheckpoint find(ArtifactStore store, String name) throws IOException {
    Matcher manifest = MANIFEST.matcher(name);
    if (manifest.matches()) {
      return ofManifest(store, manifest.group(1), name);
    }
    int slash = name.lastIndexOf('/');
    if (slash < 1 || name.startsWith("trainings/")) {
      throw new BadInput(
          "--checkpoint: \"%s\", expected RUN/FAMILY or trainings/.../manifest.json"
              .formatted(name));
    }
    String family = name.substring(slash + 1);
    List<TrainingSpec> trainings =
        new StoredRuns(store).require(name.substring(0, slash)).trainings();
    for (TrainingSpec training : trainings) {
      if (training.family().name().equals(family)) {
        return new NamedCheckpoint(training, BranchParent.checkpoint(store, training, null));
      }
    }
    throw new BadInput(
        "--checkpoint: the run has no family %s that has begun%s"
            .formatted(
                family,
                NearestName.hint(family, trainings.stream().map(t -> t.family().name()).toList())));
  }

  private static NamedCheckpoint ofManifest(ArtifactStore store, String branch, String key)
      throws IOException {
    try {
      SavedCheckpoint saved = CommittedCheckpoint.open(store, key).saved();
      byte[] json = store.read(branch + "spec.json");
      return new NamedCheckpoint(JSON.readValue(json, TrainingSpec.class), saved);
    } catch (NoSuchFileException e) {
      throw new BadInput("--checkpoint: no file %s".formatted(e.getFile()));
    } catch (JsonProcessingException e) {
      throw new DamagedArtifactException(
          "%sspec.json is damaged, expected a training's specification".formatted(branch));
    }
  }
}
