package dev.primeline.activities.scaling;

import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.IoSentence;
import dev.primeline.activities.heartbeat.Heartbeat;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.Search;
import dev.primeline.workflows.scaling.Minimum;
import dev.primeline.workflows.scaling.MinimumRequest;
import dev.primeline.workflows.scaling.Place;
import dev.primeline.workflows.scaling.ResolvedStudy;
import dev.primeline.workflows.scaling.ScalingActivities;
import dev.primeline.workflows.scaling.StudyReader;
import dev.primeline.workflows.scaling.StudyReport;
import dev.primeline.workflows.scaling.StudyReportRequest;
import dev.primeline.workflows.steps.FailureKind;
import io.temporal.activity.Activity;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The door to {@link StudyReader}, {@link Parabola} and {@link StudyFiles}. */
public final class ScalingActivitiesImpl implements ScalingActivities {

  /** A fit of a thousand points and its samples takes a minute or two on a busy machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(30);

  private final ArtifactStore store;
  private final Supplier<Search> search;
  private final @Nullable String artifactUrl;

  /**
   * @param search whether the namespace has the search attributes of runs, asked for every study
   * @param artifactUrl address of an artifact for people, with {@code {key}} in it; null for none
   */
  public ScalingActivitiesImpl(
      ArtifactStore store, Supplier<Search> search, @Nullable String artifactUrl) {
    this.store = store;
    this.search = search;
    this.artifactUrl = artifactUrl;
  }

  @Override
  public ResolvedStudy resolve(@Nullable JsonNode typed) {
    try {
      return new ResolvedStudy(StudyReader.read(typed), search.get(), artifactUrl);
    } catch (BadInput e) {
      throw FailureKind.BAD_INPUT.because(e.getMessage());
    }
  }

  @Override
  public Minimum minimum(MinimumRequest request) {
    List<IsoFlopPoint> points = StudyFiles.points(request.points());
    // Where an alarm took a number there is no side to look on.
    return new Minimum(Parabola.determinedBy(points) ? Parabola.of(points).place() : Place.INSIDE);
  }

  @Override
  @SuppressWarnings("try") // it beats while it is open
  public StudyReport report(StudyReportRequest request) {
    try (Heartbeat heartbeat = new Heartbeat(Activity.getExecutionContext(), PATIENCE)) {
      heartbeat.alive("fitting");
      return new StudyFiles(store).write(request);
    } catch (BadInput e) {
      throw FailureKind.BAD_INPUT.because(e.getMessage());
    } catch (IOException e) {
      throw FailureKind.TROUBLE.because("writing the report: " + IoSentence.of(e), e);
    }
  }
}
