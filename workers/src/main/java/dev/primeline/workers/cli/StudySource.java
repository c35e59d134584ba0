package dev.primeline.workers.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.workers.worker.SpecFiles;
import dev.primeline.workers.worker.WorkerSettings;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.NearestName;
import dev.primeline.workflows.scaling.StudyPresets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A study as a user names it: a preset, or a file with its specification. */
final class StudySource {

  private StudySource() {}

  /**
   * What to lay over a preset.
   *
   * @throws BadInput when it is neither
   */
  static ObjectNode typed(String presetOrFile) throws IOException {
    if (StudyPresets.names().contains(presetOrFile)) {
      return JsonNodeFactory.instance.objectNode().put("preset", presetOrFile);
    }
    Path file = Path.of(presetOrFile);
    if (!Files.isRegularFile(file)) {
      throw new BadInput(
          "study \"%s\": neither a file nor a preset%s"
              .formatted(presetOrFile, NearestName.hint(presetOrFile, StudyPresets.names())));
    }
    try {
      JsonNode tree = new ObjectMapper().readTree(file.toFile());
      if (tree instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new BadInput("%s: %s".formatted(file, e.getOriginalMessage()));
    }
    throw new BadInput(file + ": no JSON object, expected a study");
  }

  /** The same with what its experiment's files hold, which the caller may read. */
  static ObjectNode withFiles(ObjectNode typed, WorkerSettings settings, Path output)
      throws IOException {
    if (typed.get("experiment") instanceof ObjectNode experiment) {
      typed.set("experiment", SpecFiles.readAsCaller(experiment, settings, output));
    }
    return typed;
  }
}
