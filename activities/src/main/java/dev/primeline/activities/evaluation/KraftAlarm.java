package dev.primeline.activities.evaluation;

import dev.primeline.activities.model.Denoiser;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.model.HostTensor;
import dev.primeline.activities.model.ModelState;
import dev.primeline.activities.model.Network;
import dev.primeline.activities.model.NetworkSpec;
import dev.primeline.activities.subtokens.SubTokenizer;
import dev.primeline.workflows.evaluation.SelfCheck.Alarm;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.ModelShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Alarm (b) of METHOD section 2: over every sequence of a toy vocabulary {@code sum exp(-NELBO(x))}
 * is at most 1, whatever the weights are, because bounds lie above the code lengths of a
 * distribution. It runs the scored family's engine with random weights; no source and no training
 * is involved.
 */
final class KraftAlarm {
  private static final int VOCABULARY = 5;
  private static final int LENGTH = 2;
  private static final ModelShape SHAPE = new ModelShape(1, 32, 2, 64, LENGTH);
  private static final long SEED = 20260102;

  /** Fresh weights predict nearly evenly; larger ones are sure of themselves, and wrong. */
  private static final float[] SCALES = {1, 2};

  /** The engine computes logits and costs in fp32. */
  private static final double ROUNDING = 1e-4;

  private KraftAlarm() {}

  /**
   * Fires when a sum exceeds 1.
   *
   * @param pricing stands between the network and the estimator: the identity, or in a test a
   *     mistake to be caught
   */
  static Alarm check(Family scored, EngineSettings settings, UnaryOperator<Denoiser> pricing) {
    Family family = ToyFamily.of(scored, VOCABULARY);
    SubTokenizer codes =
        SubTokenizer.build(VOCABULARY, family.base(), family.ell(), family.order(), SEED);
    NetworkSpec spec = new NetworkSpec(family, SHAPE, VOCABULARY, codes.codes());
    double[] sums = new double[SCALES.length];
    try (Network network = Network.create(spec, settings, SEED)) {
      ModelState fresh = network.snapshot();
      for (int i = 0; i < sums.length; i++) {
        network.restore(scaled(fresh, SCALES[i]));
        sums[i] = sum(pricing.apply(network), VOCABULARY, LENGTH, family);
      }
    }
    // The negated form fires on NaN too.
    boolean silent = Arrays.stream(sums).allMatch(sum -> sum <= 1 + ROUNDING);
    String detail =
        String.format(
            Locale.ROOT,
            "the sums of exp(-NELBO) over every sequence of a toy vocabulary are %.5f and %.5f,"
                + " which must not exceed 1",
            sums[0],
            sums[1]);
    return new Alarm("kraft", !silent, detail);
  }

  /** {@code sum exp(-NELBO(x))} over all of V^L, every mask enumerated. */
  static double sum(Denoiser denoiser, int vocabulary, int length, Family family) {
    MaskDraws draws =
        EnumeratedDraws.of(
            everySequence(vocabulary, length),
            vocabulary - 1,
            family.ell(),
            family.autoregressive());
    WindowScores scores = new ExactCountNelbo(denoiser).score(draws, fraction -> {});
    return Arrays.stream(scores.nelbo()).map(nats -> Math.exp(-nats)).sum();
  }

  private static List<int[]> everySequence(int vocabulary, int length) {
    List<int[]> sequences = List.of(new int[0]);
    for (int i = 0; i < length; i++) {
      List<int[]> longer = new ArrayList<>();
      for (int[] sequence : sequences) {
        for (int token = 0; token < vocabulary; token++) {
          int[] next = Arrays.copyOf(sequence, i + 1);
          next[i] = token;
          longer.add(next);
        }
      }
      sequences = longer;
    }
    return sequences;
  }

  private static ModelState scaled(ModelState state, float scale) {
    List<HostTensor> weights = new ArrayList<>();
    for (HostTensor tensor : state.weights()) {
      float[] values = tensor.values().clone();
      for (int i = 0; i < values.length; i++) {
        values[i] *= tensor.shape().length == 2 ? scale : 1;
      }
      weights.add(new HostTensor(tensor.name(), tensor.shape(), values));
    }
    return state.with(weights);
  }
}
