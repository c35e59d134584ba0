package dev.primeline.activities.perplexity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.IoSentence;
import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.activities.heartbeat.Heartbeat;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.evaluation.TextScoreActivities;
import dev.primeline.workflows.evaluation.TextScoresResult;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.steps.FailureKind;
import io.temporal.activity.Activity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The door to {@link TextScoring}: heartbeats model, text and the fraction done. */
public final class TextScoreActivitiesImpl implements TextScoreActivities {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final ArtifactStore store;
  private final TextScoring scoring;

  /**
   * @param store of checkpoints, corpora and evaluations
   * @param scratch an existing folder with room for a shard
   * @param sources the files that a request may name; open as long as the door is
   * @param engine how networks compute
   */
  public TextScoreActivitiesImpl(
      ArtifactStore store, Path scratch, CorpusSources sources, EngineSettings engine) {
    this.store = store;
    this.scoring = new TextScoring(store, scratch, sources, engine);
  }

  @Override
  public TextScoresResult score(@Nullable JsonNode request) {
    try (Heartbeat heartbeat = new Heartbeat(Activity.getExecutionContext(), PATIENCE)) {
      List<TextScore> scores =
          scoring.score(
              TextScoresOrder.read(request),
              (checkpoint, text, fraction) -> {
                heartbeat.alive(fraction);
                heartbeat.stopIfAsked();
              });
      byte[] json = TextScoreFiles.json(scores);
      String name = "evaluations/texts-" + Hashes.sha256(json).substring(0, 16);
      return new TextScoresResult(
          keep(name + ".json", json),
          keep(name + ".csv", TextScoreFiles.csv(scores)),
          scores.stream().flatMap(score -> score.alarms().stream()).toList());
    } catch (BadInput e) {
      throw FailureKind.BAD_INPUT.because(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw FailureKind.TROUBLE.because("scoring texts: " + IoSentence.of(e), e);
    }
  }

  /** Named by content, so what is there already is the same. */
  private ArtifactRef keep(String key, byte[] content) throws IOException {
    store.putIfAbsent(key, content);
    return new ArtifactRef(key, Hashes.sha256(content), content.length);
  }
}
