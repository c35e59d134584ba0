package dev.primeline.workflows.pretraining;

import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Resolved;
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

/** What the Temporal UI shows of a run: a table, what happened, and what it is found by. */
final class RunDetails {

  /** The UI takes 20 KB; a run that is paused and resumed all day must not run into that. */
  private static final int NOTES_SHOWN = 40;

  private final List<String> notes = new ArrayList<>();
  private final Map<String, TrainingProgress> trainings = new LinkedHashMap<>();
  private final List<String> links = new ArrayList<>();
  private boolean searchable;
  private @Nullable String artifactUrl;

  /** From now on it is known where the run runs. */
  void runsWhere(Resolved resolved) {
    searchable = resolved.search() == Search.READY;
    artifactUrl = resolved.artifactUrl();
    if (searchable) {
      List<String> families = resolved.spec().families().stream().map(Family::name).toList();
      Workflow.upsertTypedSearchAttributes(RunAttributes.FAMILIES.valueSet(families));
    }
    if (resolved.search() == Search.LACKING) {
      note(
          "cannot be searched by family, step or loss: namespace %s lacks the search attributes; primeline init registers them"
              .formatted(Workflow.getInfo().getNamespace()));
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
    TrainingProgress before = trainings.put(progress.family(), progress);
    if (searchable && progress.committedAfter(before)) {
      Workflow.upsertTypedSearchAttributes(
          RunAttributes.STEP.valueSet(progress.checkpointStep()),
          RunAttributes.LOSS.valueSet(progress.loss()));
    }
    show();
  }

  PretrainingProgress progress() {
    return new PretrainingProgress(notes, List.copyOf(trainings.values()));
  }

  private void show() {
    String table =
        trainings.isEmpty() ? "" : ProgressTable.markdown(List.copyOf(trainings.values())) + "\n";
    String opened = links.isEmpty() ? "" : String.join(", ", links) + "\n\n";
    // Newest first: the UI shows a few lines and scrolls.
    List<String> last =
        new ArrayList<>(notes.subList(Math.max(0, notes.size() - NOTES_SHOWN), notes.size()));
    Collections.reverse(last);
    Workflow.setCurrentDetails(table + opened + "- " + String.join("\n- ", last));
  }
}
