package dev.primeline.activities.evaluation;

import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.model.Denoiser;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The exact posterior by summing over every sequence that agrees with the revealed digits: slow,
 * obvious, and for any distribution.
 */
record EnumeratedPosterior(
    List<int[]> sequences, ToDoubleFunction<int[]> probability, int[][] digits)
    implements Denoiser {

  @Override
  public Costs costs(Batch batch) {
    double[] marginal = new double[batch.sequences()];
    double[] joint = new double[batch.sequences()];
    int length = batch.length();
    for (int r = 0; r < marginal.length; r++) {
      int[] x = new int[length];
      int[] mask = new int[length];
      System.arraycopy(batch.tokens(), r * (length + 1) + 1, x, 0, length);
      System.arraycopy(batch.masks(), r * length, mask, 0, length);
      List<int[]> agreeing =
          sequences.stream().filter(candidate -> agrees(candidate, x, mask)).toList();
      double all = agreeing.stream().mapToDouble(probability).sum();
      for (int i = 0; i < length; i++) {
        int position = i;
        if (mask[i] != 0) {
          joint[r] -= Math.log(mass(agreeing, s -> s[position] == x[position]) / all);
        }
        for (int j = 0; j < digits[0].length; j++) {
          int digit = j;
          if ((mask[i] & 1 << j) != 0) {
            double share =
                mass(agreeing, s -> digits[s[position]][digit] == digits[x[position]][digit]) / all;
            marginal[r] -= Math.log(share);
          }
        }
      }
    }
    return new Costs(marginal, joint);
  }

  private double mass(List<int[]> agreeing, java.util.function.Predicate<int[]> event) {
    return agreeing.stream().filter(event).mapToDouble(probability).sum();
  }

  private boolean agrees(int[] candidate, int[] x, int[] mask) {
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < digits[0].length; j++) {
        boolean revealed = (mask[i] & 1 << j) == 0;
        if (revealed && digits[candidate[i]][j] != digits[x[i]][j]) {
          return false;
        }
      }
    }
    return true;
  }
}
