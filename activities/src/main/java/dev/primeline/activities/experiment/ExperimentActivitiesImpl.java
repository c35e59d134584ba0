package dev.primeline.activities.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.activities.artifacts.IoSentence;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.ExperimentActivities;
import dev.primeline.workflows.experiment.Resolved;
import dev.primeline.workflows.experiment.Search;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.steps.FailureKind;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The door to {@link SpecReader}. */
public final class ExperimentActivitiesImpl implements ExperimentActivities {

  private final Supplier<Search> search;
  private final @Nullable String artifactUrl;
  private final NamedFiles files;

  /**
   * @param search whether the namespace has the search attributes of runs, asked for every run
   * @param artifactUrl address of an artifact for people, with {@code {key}} in it; null for none
   * @param files reads what a specification names
   */
  public ExperimentActivitiesImpl(
      Supplier<Search> search, @Nullable String artifactUrl, NamedFiles files) {
    this.search = search;
    this.artifactUrl = artifactUrl;
    this.files = files;
  }

  @Override
  public Resolved resolve(@Nullable JsonNode typed) {
    try {
      JsonNode read = typed instanceof ObjectNode given ? files.read(given) : typed;
      return new Resolved(SpecReader.read(read), search.get(), artifactUrl);
    } catch (BadInput e) {
      throw FailureKind.BAD_INPUT.because(e.getMessage());
    } catch (IOException e) {
      throw FailureKind.TROUBLE.because("reading the specification: " + IoSentence.of(e), e);
    }
  }
}
