package dev.primeline.activities.evaluation;

import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.checkpoints.TrainedModel;
import dev.primeline.activities.subtokens.AgreeingTokens;
import dev.primeline.workflows.experiment.Head;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The probabilities by which a network's text is drawn (METHOD section 6), at temperature 1. Token
 * head: the mass of the consistent tokens with the group's digits. Sub-token head: digit by digit,
 * most significant first, with the values that no token left can have excluded before each.
 */
final class NetworkReveals implements Reveals {
  private final TrainedModel model;
  private final AgreeingTokens tokens;

  NetworkReveals(TrainedModel model) {
    this.model = model;
    tokens = new AgreeingTokens(model.codes());
  }

  @Override
  public double[] nats(Batch batch, int[] groups) {
    double[] nats = new double[batch.sequences()];
    int length = batch.length();
    for (int r = 0; r < nats.length; r++) {
      int row = r;
      int[] x = Arrays.copyOfRange(batch.tokens(), r * (length + 1), (r + 1) * (length + 1));
      int[] masks = Arrays.copyOfRange(batch.masks(), r * length, (r + 1) * length);
      int[] positions =
          IntStream.range(0, length).filter(i -> groups[row * length + i] != 0).toArray();
      if (positions.length > 0) {
        model
            .network()
            .logits(
                new Batch(1, length, x, masks, new float[] {1}),
                positions,
                (i, logits) ->
                    nats[row] += price(logits, x[i + 1], masks[i], groups[row * length + i]));
      }
    }
    return nats;
  }

  private double price(float[] logits, int token, int mask, int group) {
    int[] agreeing = tokens.of(token, mask);
    if (model.training().family().head() == Head.TOKEN) {
      int known = mask & ~group;
      int places = tokens.places(~known);
      return logSum(agreeing, v -> true, v -> logits[v])
          - logSum(agreeing, v -> tokens.agree(v, token, places), v -> logits[v]);
    }
    double nats = 0;
    int base = model.codes().base();
    for (int rest = group; rest != 0; rest &= rest - 1) {
      int j = Integer.numberOfTrailingZeros(rest);
      int digit = tokens.digit(token, j);
      double[] z = new double[base];
      Arrays.fill(z, Double.NEGATIVE_INFINITY);
      for (int v : agreeing) {
        int value = tokens.digit(v, j);
        z[value] = value == 0 ? 0 : logits[j * (base - 1) + value - 1];
      }
      int[] values = IntStream.range(0, base).toArray();
      nats += logSum(values, v -> true, v -> z[v]) - z[digit];
      agreeing = Arrays.stream(agreeing).filter(v -> tokens.digit(v, j) == digit).toArray();
    }
    return nats;
  }

  private static double logSum(
      int[] members, IntPredicate counts, java.util.function.IntToDoubleFunction logit) {
    double most = Double.NEGATIVE_INFINITY;
    for (int v : members) {
      if (counts.test(v)) {
        most = Math.max(most, logit.applyAsDouble(v));
      }
    }
    double sum = 0;
    for (int v : members) {
      if (counts.test(v)) {
        sum += Math.exp(logit.applyAsDouble(v) - most);
      }
    }
    return most + Math.log(sum);
  }
}
