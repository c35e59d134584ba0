package dev.primeline.activities.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.corpus.CorpusActivities;
import dev.primeline.workflows.corpus.CorpusRequest;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.CorpusSpec;
import dev.primeline.workflows.experiment.DocumentSplit;
import dev.primeline.workflows.experiment.SyntheticSource;
import dev.primeline.workflows.experiment.Tokenizer;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestActivityEnvironment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusActivitiesImplTest {
  @TempDir Path folder;

  private final TestActivityEnvironment environment = TestActivityEnvironment.newInstance();

  @AfterEach
  void close() {
    environment.close();
  }

  @Test
  void preparationIsSeenInHeartbeats() {
    var seen = new CompletableFuture<CorpusProgress>();
    environment.setActivityHeartbeatListener(
        CorpusProgress.class,
        progress -> {
          if (progress != null) {
            seen.complete(progress);
          }
        });
    var source = new SyntheticSource(SyntheticSource.Kind.MARKOV, 5, 5, 0.5, 20, 5);
    var spec =
        new CorpusSpec(null, null, Tokenizer.SYMBOLS, DocumentSplit.FILE, "text", 0.05, source);
    // The first shard is not stored before a heartbeat has told of it.
    var store =
        new FakeStore(folder) {
          @Override
          public ArtifactRef put(String key, Path file) throws IOException {
            assertThat(seen).succeedsWithin(Duration.ofSeconds(20));
            return super.put(key, file);
          }
        };
    CorpusResult result = activities(store).prepare(new CorpusRequest(spec, 10, 1));
    assertThat(result.trainTokens()).isEqualTo(200);
    assertThat(seen).isCompletedWithValueMatching(progress -> progress.stage().equals("sampling"));
  }

  @Test
  void badInputIsFinalAndKeepsItsSentence() {
    var spec =
        new CorpusSpec("/absent", null, Tokenizer.BYTES, DocumentSplit.FILE, "text", 0.05, null);
    assertThatThrownBy(
            () -> activities(new FakeStore(folder)).prepare(new CorpusRequest(spec, 10, 1)))
        .isInstanceOf(ActivityFailure.class)
        .cause()
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> {
              assertThat(failure.getType()).isEqualTo("BadInput");
              assertThat(failure.isNonRetryable()).isTrue();
              assertThat(failure.getOriginalMessage())
                  .startsWith("corpus /absent: no such file or directory; expected");
            });
  }

  private CorpusActivities activities(FakeStore store) {
    environment.registerActivitiesImplementations(
        new CorpusActivitiesImpl(store, folder, CorpusSources.everywhere()));
    return environment.newActivityStub(CorpusActivities.class);
  }
}
