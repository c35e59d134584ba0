package dev.primeline.activities.subtokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.primeline.activities.tokens.TokenArray;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.Attention;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.Objective;
import dev.primeline.workflows.subtokens.SubTokenActivities;
import dev.primeline.workflows.subtokens.SubTokenRequest;
import dev.primeline.workflows.subtokens.SubTokenResult;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestActivityEnvironment;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SubTokenActivitiesTest {

  private final TestActivityEnvironment environment = TestActivityEnvironment.newInstance();
  private final MemoryStore store = new MemoryStore();

  @AfterEach
  void close() {
    environment.close();
  }

  @Test
  void resultTravelsThroughTheDoorAndIsFoundAgain() {
    SubTokenActivities door = door(corpus -> TokenArray.counting(100, 4));
    SubTokenResult made = door.build(request(17));
    assertThat(made.reused()).isFalse();
    assertThat(made.digitEntropiesNats()).hasSize(5);
    assertThat(door.build(request(17)))
        .isEqualTo(
            new SubTokenResult(
                made.subTokenizer(),
                made.hash(),
                made.digitEntropiesNats(),
                made.indexDigitEntropiesNats(),
                true));
  }

  @Test
  void badInputIsNeverTriedAgain() {
    ApplicationFailure failure = failure(corpus -> TokenArray.counting(100, 4), 33);
    assertThat(failure.getType()).isEqualTo("BadInput");
    assertThat(failure.isNonRetryable()).isTrue();
    assertThat(failure.getOriginalMessage())
        .isEqualTo("a vocabulary of 33 does not fit 2^5 = 32 codes");
  }

  @Test
  void unreadableCorpusIsTriedAgain() {
    ApplicationFailure failure =
        failure(
            corpus -> {
              throw new IOException("no route to " + corpus.key());
            },
            17);
    assertThat(failure.isNonRetryable()).isFalse();
    assertThat(failure.getOriginalMessage())
        .isEqualTo("building the sub-tokenizer: no route to corpora/x/manifest.json");
  }

  private ApplicationFailure failure(TrainingTokens training, int vocabularySize) {
    SubTokenActivities door = door(training);
    ActivityFailure failure =
        catchThrowableOfType(ActivityFailure.class, () -> door.build(request(vocabularySize)));
    return (ApplicationFailure) Objects.requireNonNull(failure.getCause());
  }

  private SubTokenActivities door(TrainingTokens training) {
    environment.registerActivitiesImplementations(new SubTokenActivitiesImpl(store, training));
    return environment.newActivityStub(SubTokenActivities.class);
  }

  private static SubTokenRequest request(int vocabularySize) {
    Family family =
        new Family(
            "prime-v2", Attention.FULL, 5, 2, CodeOrder.SHUFFLED, Head.TOKEN, Objective.BOUND);
    return new SubTokenRequest(
        family, vocabularySize, 1, new ArtifactRef("corpora/x/manifest.json", "ab", 1));
  }
}
