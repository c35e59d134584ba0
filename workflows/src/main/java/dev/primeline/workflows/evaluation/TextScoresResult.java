package dev.primeline.workflows.evaluation;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.artifact.ArtifactRef;
import java.util.List;

/**
 * Scores of models on texts.
 *
 * @param json a file with an object per model and text
 * @param csv the same as a table
 * @param alarms a sentence for each alarm that fired; then no number may be believed
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TextScoresResult(ArtifactRef json, ArtifactRef csv, List<String> alarms) {

  public TextScoresResult {
    alarms = List.copyOf(alarms);
  }
}
