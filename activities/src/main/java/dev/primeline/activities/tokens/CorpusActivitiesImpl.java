package dev.primeline.activities.tokens;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.workflows.corpus.CorpusActivities;
import dev.primeline.workflows.corpus.CorpusRequest;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.BadInput;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The door of corpus preparation: heartbeats with a {@link CorpusProgress}, ends when the heartbeat
 * says so, and makes bad input final. A retry starts over, and finds the corpus if it was
 * committed.
 */
public final class CorpusActivitiesImpl implements CorpusActivities {
  private final ArtifactStore store;
  private final Path scratch;

  /**
   * @param store where corpora live
   * @param scratch an existing local folder with room for two shards
   */
  public CorpusActivitiesImpl(ArtifactStore store, Path scratch) {
    this.store = store;
    this.scratch = scratch;
  }

  @Override
  public CorpusResult prepare(CorpusRequest request) {
    ActivityExecutionContext context = Activity.getExecutionContext();
    try {
      return new CorpusPreparation(store, scratch, context::heartbeat).prepare(request);
    } catch (BadInput e) {
      throw ApplicationFailure.newNonRetryableFailure(e.getMessage(), "BadInput");
    } catch (IOException e) {
      throw Activity.wrap(e);
    }
  }
}
