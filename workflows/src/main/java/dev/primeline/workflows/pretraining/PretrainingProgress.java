package dev.primeline.workflows.pretraining;

import dev.primeline.workflows.training.TrainingProgress;
import java.util.List;

/**
 * Where a run stands.
 *
 * @param notes what has happened, a line each, oldest first
 * @param trainings a row per family that has begun
 */
public record PretrainingProgress(List<String> notes, List<TrainingProgress> trainings) {

  public PretrainingProgress {
    notes = List.copyOf(notes);
    trainings = List.copyOf(trainings);
  }
}
