package dev.primeline.activities.training;

import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.batches.TrainingBatches;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.model.Network;
import dev.primeline.activities.model.NetworkSpec;
import dev.primeline.activities.model.StepSettings;
import dev.primeline.activities.subtokens.SubTokenizer;
import dev.primeline.activities.tokens.PreparedCorpus;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Plan;

/** A few real steps of a family on this machine, thrown away but for their time. */
public final class Trial {

  /** Enough to fill the matrix products; a larger batch takes longer and is no faster per token. */
  private static final int TOKENS = 2048;

  private static final double SECONDS = 1.5;

  private Trial() {}

  /**
   * Trains and scores for some seconds, at least one step each after a first one to warm up.
   *
   * @throws dev.primeline.workflows.experiment.BadInput when family, shape and text do not fit
   */
  public static Plan.Speed measure(
      ExperimentSpec spec, Family family, PreparedCorpus corpus, EngineSettings engine) {
    int length = spec.model().length();
    int sequences =
        Math.min(spec.training().microBatch(), Math.max(1, (TOKENS + length - 1) / length));
    TrainingBatches batches =
        new TrainingBatches(
            corpus.train(), corpus.separator(), length, family, sequences, spec.seed());
    // Which token has which code costs no time worth waiting for.
    CodeOrder order = family.order().drawn() ? family.order() : CodeOrder.SHUFFLED;
    SubTokenizer codes =
        SubTokenizer.build(
            corpus.vocabularySize(), family.base(), family.ell(), order, spec.seed());
    NetworkSpec form =
        new NetworkSpec(family, spec.model(), corpus.vocabularySize(), codes.codes());
    long tokens = (long) sequences * length;
    StepSettings settings =
        new StepSettings(
            1e-4, 0, 0.9, 0.95, 1e-8, 1, spec.training().emaDecay(), spec.training().precision());
    try (Network network = Network.create(form, engine, spec.seed())) {
      return new Plan.Speed(
          tokensPerSecond(tokens, step -> network.step(batches.at(step), sequences, settings)),
          tokensPerSecond(tokens, step -> network.costs(batches.at(step))));
    }
  }

  /** Something that is done once per {@link Batch}. */
  private interface Work {
    void on(long step);
  }

  private static double tokensPerSecond(long tokens, Work work) {
    work.on(0);
    long begun = System.nanoTime();
    long done = 0;
    double seconds;
    do {
      work.on(++done);
      seconds = (System.nanoTime() - begun) / 1e9;
    } while (seconds < SECONDS);
    return tokens * done / seconds;
  }
}
