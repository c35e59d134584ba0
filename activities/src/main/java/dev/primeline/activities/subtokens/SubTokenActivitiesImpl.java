package dev.primeline.activities.subtokens;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.IoSentence;
import dev.primeline.activities.heartbeat.Heartbeat;
import dev.primeline.activities.tokens.PreparedCorpus;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.subtokens.SubTokenActivities;
import dev.primeline.workflows.subtokens.SubTokenRequest;
import dev.primeline.workflows.subtokens.SubTokenResult;
import io.temporal.activity.Activity;
import java.io.IOException;
import java.time.Duration;

/** The door to {@link SubTokenConstruction}. */
public final class SubTokenActivitiesImpl implements SubTokenActivities {

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final SubTokenConstruction construction;

  /** A door that keeps its files in the store where the prepared corpora are. */
  public SubTokenActivitiesImpl(ArtifactStore store) {
    this(store, corpus -> PreparedCorpus.open(store, corpus).train());
  }

  SubTokenActivitiesImpl(ArtifactStore store, TrainingTokens training) {
    this.construction = new SubTokenConstruction(store, training);
  }

  @Override
  public SubTokenResult build(SubTokenRequest request) {
    try (Heartbeat heartbeat = new Heartbeat(Activity.getExecutionContext(), PATIENCE)) {
      return construction.build(
          request,
          counted -> {
            heartbeat.alive(counted);
            heartbeat.stopIfAsked();
          });
    } catch (BadInput e) {
      throw FailureKind.BAD_INPUT.because(e.getMessage());
    } catch (IOException e) {
      throw FailureKind.TROUBLE.because("building the sub-tokenizer: " + IoSentence.of(e), e);
    }
  }
}
