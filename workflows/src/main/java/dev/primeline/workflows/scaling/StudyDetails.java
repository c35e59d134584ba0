package dev.primeline.workflows.scaling;

import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Search;
import dev.primeline.workflows.steps.RunAttributes;
import dev.primeline.workflows.training.ProgressTable;
import dev.primeline.workflows.training.TrainingProgress;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the Temporal UI shows of a study: how far it is, what trains, what happened. */
final class StudyDetails {

  /** The UI takes 20 KB; a study of a thousand points must not run into that. */
  private static final int NOTES_SHOWN = 40;

  private final List<String> notes = new ArrayList<>();
  private final List<String> links = new ArrayList<>();
  private final Map<String, TrainingProgress> trainings = new LinkedHashMap<>();
  private boolean searchable;
  private @Nullable String artifactUrl;
  private int finished;
  private int failed;
  private int known;

  /** From now on it is known where the study runs. */
  void runsWhere(ResolvedStudy resolved) {
    searchable = resolved.search() == Search.READY;
    artifactUrl = resolved.artifactUrl();
    if (searchable) {
      Workflow.upsertTypedSearchAttributes(
          RunAttributes.FAMILIES.valueSet(
              resolved.spec().experiment().families().stream().map(Family::name).toList()));
    }
  }

  /** Whether the namespace has {@link RunAttributes}. */
  boolean searchable() {
    return searchable;
  }

  void note(String line) {
    notes.add(line);
    show();
  }

  /** Something to open, where artifacts have addresses for people. */
  void link(String words, ArtifactRef artifact) {
    if (artifactUrl != null) {
      links.add("[%s](%s)".formatted(words, artifactUrl.replace("{key}", artifact.key())));
      show();
    }
  }

  void heard(TrainingProgress progress) {
    trainings.put(progress.family(), progress);
    show();
  }

  void begun() {
    known++;
  }

  void finished(String training, String line) {
    finished++;
    trainings.remove(training);
    note(line);
  }

  void failed(String training, String line) {
    failed++;
    trainings.remove(training);
    note(line);
  }

  StudyProgress progress() {
    return new StudyProgress(notes, finished, failed, known, List.copyOf(trainings.values()));
  }

  private void show() {
    String counts =
        "%d of %d points done%s%n%n"
            .formatted(finished, known, failed == 0 ? "" : ", %d failed".formatted(failed));
    String table =
        trainings.isEmpty() ? "" : ProgressTable.markdown(List.copyOf(trainings.values())) + "\n";
    String opened = links.isEmpty() ? "" : String.join(", ", links) + "\n\n";
    // Newest first: the UI shows a few lines and scrolls.
    List<String> last =
        new ArrayList<>(notes.subList(Math.max(0, notes.size() - NOTES_SHOWN), notes.size()));
    Collections.reverse(last);
    Workflow.setCurrentDetails(counts + table + opened + "- " + String.join("\n- ", last));
  }
}
