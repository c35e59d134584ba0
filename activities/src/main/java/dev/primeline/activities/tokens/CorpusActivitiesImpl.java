package dev.primeline.activities.tokens;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.IoSentence;
import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.activities.heartbeat.Heartbeat;
import dev.primeline.workflows.corpus.CorpusActivities;
import dev.primeline.workflows.corpus.CorpusRequest;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.steps.FailureKind;
import io.temporal.activity.Activity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The door of corpus preparation: heartbeats carry a {@link CorpusProgress}. A retry starts over,
 * and finds the corpus if it was committed.
 */
public final class CorpusActivitiesImpl implements CorpusActivities {
  /** Storing or fetching one shard may take this long. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final ArtifactStore store;
  private final Path scratch;
  private final CorpusSources sources;

  /**
   * @param store where corpora live
   * @param scratch an existing local folder with room for two shards
   * @param sources the files that a request may name; open as long as the door is
   */
  public CorpusActivitiesImpl(ArtifactStore store, Path scratch, CorpusSources sources) {
    this.store = store;
    this.scratch = scratch;
    this.sources = sources;
  }

  @Override
  public CorpusResult prepare(CorpusRequest request) {
    try (Heartbeat heartbeat = new Heartbeat(Activity.getExecutionContext(), PATIENCE)) {
      var preparation =
          new CorpusPreparation(
              store,
              scratch,
              sources,
              progress -> {
                heartbeat.alive(progress);
                heartbeat.stopIfAsked();
              });
      return preparation.prepare(request);
    } catch (BadInput e) {
      throw FailureKind.BAD_INPUT.because(e.getMessage());
    } catch (IOException e) {
      throw FailureKind.TROUBLE.because("preparing the corpus: " + IoSentence.of(e), e);
    }
  }
}
