package dev.primeline.activities.tokens;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.IoSentence;
import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.activities.heartbeat.Heartbeat;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.corpus.CorpusActivities;
import dev.primeline.workflows.corpus.CorpusBegun;
import dev.primeline.workflows.corpus.CorpusPlanRequest;
import dev.primeline.workflows.corpus.CorpusPlanned;
import dev.primeline.workflows.corpus.CorpusRangeActivities;
import dev.primeline.workflows.corpus.CorpusRequest;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.corpus.CorpusStep;
import dev.primeline.workflows.corpus.CorpusStepDone;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.steps.FailureKind;
import io.temporal.activity.Activity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The door of corpus preparation: heartbeats carry a {@link CorpusProgress}. A retry starts its
 * step over, and finds it if it was done.
 */
public final class CorpusActivitiesImpl implements CorpusActivities, CorpusRangeActivities {
  /** Storing or fetching one shard may take this long. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final ArtifactStore store;
  private final Path scratch;
  private final CorpusSources sources;
  private final CorpusSizes sizes;

  /**
   * @param store where corpora live
   * @param scratch an existing local folder with room for two shards
   * @param sources the files that a request may name; open as long as the door is
   */
  public CorpusActivitiesImpl(ArtifactStore store, Path scratch, CorpusSources sources) {
    this(store, scratch, sources, CorpusSizes.STANDARD);
  }

  CorpusActivitiesImpl(
      ArtifactStore store, Path scratch, CorpusSources sources, CorpusSizes sizes) {
    this.store = store;
    this.scratch = scratch;
    this.sources = sources;
    this.sizes = sizes;
  }

  @Override
  public CorpusResult prepare(CorpusRequest request) {
    return heard(
        listener ->
            new CorpusPreparation(store, scratch, sources, listener, sizes).prepare(request));
  }

  @Override
  public CorpusBegun begin(CorpusRequest request) {
    return heard(listener -> ranges(listener).begin(request));
  }

  @Override
  public CorpusStepDone hashFiles(CorpusStep step) {
    return heard(listener -> ranges(listener).hashFiles(step));
  }

  @Override
  public CorpusPlanned plan(CorpusPlanRequest request) {
    return heard(listener -> ranges(listener).plan(request));
  }

  @Override
  public CorpusStepDone hashDocuments(CorpusStep step) {
    return heard(listener -> ranges(listener).hashDocuments(step));
  }

  @Override
  public ArtifactRef findDuplicates(CorpusStep step) {
    return heard(listener -> ranges(listener).findDuplicates(step));
  }

  @Override
  public CorpusStepDone tokenize(CorpusStep step) {
    return heard(listener -> ranges(listener).tokenize(step));
  }

  @Override
  public CorpusResult commit(CorpusPlanRequest request) {
    return heard(listener -> ranges(listener).commit(request));
  }

  private CorpusRanges ranges(Consumer<CorpusProgress> listener) {
    return new CorpusRanges(store, scratch, sources, sizes, listener);
  }

  /** What a step does while it is listened to. */
  @FunctionalInterface
  private interface Work<T> {
    T done(Consumer<CorpusProgress> listener) throws IOException;
  }

  private static <T> T heard(Work<T> work) {
    try (Heartbeat heartbeat = new Heartbeat(Activity.getExecutionContext(), PATIENCE)) {
      return work.done(
          progress -> {
            heartbeat.alive(progress);
            heartbeat.stopIfAsked();
          });
    } catch (BadInput e) {
      throw FailureKind.BAD_INPUT.because(e.getMessage());
    } catch (IOException e) {
      throw FailureKind.TROUBLE.because("preparing the corpus: " + IoSentence.of(e), e);
    }
  }
}
