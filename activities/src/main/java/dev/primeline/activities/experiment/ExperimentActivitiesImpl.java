package dev.primeline.activities.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.ExperimentActivities;
import dev.primeline.workflows.experiment.Resolved;
import dev.primeline.workflows.experiment.Search;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.steps.FailureKind;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The door to {@link SpecReader}. */
public final class ExperimentActivitiesImpl implements ExperimentActivities {

  private final Supplier<Search> search;
  private final @Nullable String artifactUrl;

  /**
   * @param search whether the namespace has the search attributes of runs, asked for every run
   * @param artifactUrl address of an artifact for people, with {@code {key}} in it; null for none
   */
  public ExperimentActivitiesImpl(Supplier<Search> search, @Nullable String artifactUrl) {
    this.search = search;
    this.artifactUrl = artifactUrl;
  }

  @Override
  public Resolved resolve(@Nullable JsonNode typed) {
    try {
      return new Resolved(SpecReader.read(typed), search.get(), artifactUrl);
    } catch (BadInput e) {
      throw FailureKind.BAD_INPUT.because(e.getMessage());
    }
  }
}
