package dev.primeline.activities.generation;

import dev.primeline.workflows.experiment.BadInput;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Draws from the softmax of logits in double; -infinity stands for what is impossible. */
final class Draw {
  private final double temperature;
  private final double topP;

  Draw(double temperature, double topP) {
    this.temperature = temperature;
    this.topP = topP;
  }

  /**
   * The value at u of the inverse distribution function, values in their order.
   *
   * @param u in [0, 1)
   * @throws BadInput when a logit is no number
   */
  int value(double[] logits, double u) {
    double top = largest(logits);
    if (temperature == 0) {
      return IntStream.range(0, logits.length).filter(v -> logits[v] == top).findFirst().orElse(0);
    }
    double[] mass = new double[logits.length];
    for (int v = 0; v < mass.length; v++) {
      mass[v] = Math.exp((logits[v] - top) / temperature);
    }
    if (topP < 1) {
      keepNucleus(mass);
    }
    double target = u * Arrays.stream(mass).sum();
    double below = 0;
    int last = 0;
    for (int v = 0; v < mass.length; v++) {
      if (mass[v] > 0) {
        last = v;
        below += mass[v];
        if (below > target) {
          return v;
        }
      }
    }
    return last;
  }

  /** The distribution itself, whatever temperature and top-p. */
  static double[] probabilities(double[] logits) {
    double top = largest(logits);
    double[] mass = Arrays.stream(logits).map(z -> Math.exp(z - top)).toArray();
    double sum = Arrays.stream(mass).sum();
    return Arrays.stream(mass).map(m -> m / sum).toArray();
  }

  private static double largest(double[] logits) {
    double top = Double.NEGATIVE_INFINITY;
    for (double z : logits) {
      // Not Math.max alone: a comparison would pass a NaN over.
      top = Math.max(top, z);
    }
    if (!Double.isFinite(top)) {
      throw new BadInput(
          "the model's largest logit is %s, expected a finite number: the weights have diverged"
              .formatted(top));
    }
    return top;
  }

  /**
   * Takes away all but the smallest set of likeliest values whose share reaches top-p. Values of
   * less than (1 - top-p) / n each have together less than what is taken away: they need no order.
   */
  private void keepNucleus(double[] mass) {
    double sum = Arrays.stream(mass).sum();
    double negligible = (1 - topP) / mass.length * sum;
    int[] likeliestFirst =
        IntStream.range(0, mass.length)
            .filter(v -> mass[v] >= negligible)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer v) -> -mass[v]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] kept = new double[mass.length];
    double share = 0;
    for (int i = 0; i < likeliestFirst.length && share < topP * sum; i++) {
      int v = likeliestFirst[i];
      kept[v] = mass[v];
      share += mass[v];
    }
    System.arraycopy(kept, 0, mass, 0, mass.length);
  }
}
