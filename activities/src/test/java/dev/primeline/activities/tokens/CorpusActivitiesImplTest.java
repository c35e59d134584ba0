package dev.primeline.activities.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
    List<CorpusProgress> heartbeats = Collections.synchronizedList(new ArrayList<>());
    environment.setActivityHeartbeatListener(CorpusProgress.class, heartbeats::add);
    var source = new SyntheticSource(SyntheticSource.Kind.MARKOV, 5, 5, 0.5, 20, 5);
    var spec =
        new CorpusSpec(null, null, Tokenizer.SYMBOLS, DocumentSplit.FILE, "text", 0.05, source);
    CorpusResult result = activities().prepare(new CorpusRequest(spec, 10, 1));
    assertThat(result.trainTokens()).isEqualTo(200);
    assertThat(heartbeats).first().isEqualTo(new CorpusProgress("sampling", 0, 0, 0));
  }

  @Test
  void badInputIsFinalAndKeepsItsSentence() {
    var spec =
        new CorpusSpec("/absent", null, Tokenizer.BYTES, DocumentSplit.FILE, "text", 0.05, null);
    assertThatThrownBy(() -> activities().prepare(new CorpusRequest(spec, 10, 1)))
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

  private CorpusActivities activities() {
    environment.registerActivitiesImplementations(
        new CorpusActivitiesImpl(new FakeStore(folder), folder));
    return environment.newActivityStub(CorpusActivities.class);
  }
}
