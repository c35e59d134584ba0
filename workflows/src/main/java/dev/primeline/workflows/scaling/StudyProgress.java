package dev.primeline.workflows.scaling;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.training.TrainingProgress;
import java.util.List;

/**
 * Where a study stands.
 *
 * @param notes what has happened, a line each, oldest first
 * @param finished points with a number
 * @param failed points without one
 * @param known points begun, done or waiting; brackets that widen add to it
 * @param trainings those under way
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record StudyProgress(
    List<String> notes, int finished, int failed, int known, List<TrainingProgress> trainings) {

  public StudyProgress {
    notes = List.copyOf(notes);
    trainings = List.copyOf(trainings);
  }
}
