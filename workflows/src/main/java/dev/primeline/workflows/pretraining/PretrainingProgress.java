package dev.primeline.workflows.pretraining;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.training.TrainingProgress;
import java.util.List;

/**
 * Where a run stands.
 *
 * @param notes what has happened, a line each, oldest first
 * @param trainings a row per family that has begun
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record PretrainingProgress(List<String> notes, List<TrainingProgress> trainings) {

  public PretrainingProgress {
    notes = List.copyOf(notes);
    trainings = List.copyOf(trainings);
  }
}
