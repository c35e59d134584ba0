package dev.primeline.workflows.corpus;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/**
 * Reads text (or samples a synthetic source) into token shards, in one step: what runs that earlier
 * versions began still ask for.
 */
@ActivityInterface
public interface CorpusActivities {

  /**
   * Makes the corpus, or finds the same one again. Fails as {@code BadInput} when the text is at
   * fault.
   */
  @ActivityMethod(name = "PrepareCorpus")
  CorpusResult prepare(CorpusRequest request);
}
