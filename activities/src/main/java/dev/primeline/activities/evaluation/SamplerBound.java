package dev.primeline.activities.evaluation;

import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.batches.HeldoutWindows;
import dev.primeline.activities.model.Denoiser.Costs;
import dev.primeline.activities.subtokens.PhiloxStream;
import dev.primeline.activities.subtokens.StreamPurpose;
import dev.primeline.workflows.experiment.Family;
import java.util.List;
import java.util.function.DoubleConsumer;

/**
 * The bound on the T-step sampler's -log-likelihood (METHOD section 3): with t = k/T and s = (k -
 * 1)/T, digits masked with probability t and each masked digit revealed with probability (t - s)/t
 * = 1/k,
 *
 * <pre>  sum over k = 1..T of E[ sum_i -log p(y_{G_i} | y_t) ]</pre>
 *
 * for the digits G_i that the step reveals at position i; the last step, k = 1, reveals all. One
 * draw takes one step, weight T, and one G, which is unbiased. The K steps of a window are
 * stratified. It holds for temperature 1, no top-p and random order, and exceeds the NELBO by what
 * digits revealed together know of each other.
 */
final class SamplerBound {
  private static final long[] TABLES = {0x53414d504c455231L, 0x53414d504c455232L};

  private final Reveals reveals;
  private final HeldoutWindows windows;
  private final Family family;
  private final int separator;
  private final int steps;
  private final int draws;
  private final PassLog log;

  /**
   * @param steps T
   * @param draws K per window
   * @param log of all passes
   */
  SamplerBound(
      Reveals reveals,
      HeldoutWindows windows,
      Family family,
      int separator,
      int steps,
      int draws,
      PassLog log) {
    this.reveals = reveals;
    this.windows = windows;
    this.family = family;
    this.separator = separator;
    this.steps = steps;
    this.draws = draws;
    this.log = log;
  }

  /** A step of the sampler on some windows: y_t, and what the step reveals of it. */
  record Step(Batch masked, int[] groups) {}

  /**
   * Scores every window.
   *
   * @param progress told the fraction done after each forward pass
   */
  WindowScores score(DoubleConsumer progress) {
    TableDraws table = TableDraws.all(windows, family, draws);
    Tally tally = new Tally(table);
    List<int[]> groups = ExactCountNelbo.groups(table);
    for (int draw = 0; draw < draws; draw++) {
      tally.begin(draw);
    }
    int done = 0;
    for (int[] rows : groups) {
      for (int draw = 0; draw < draws; draw++) {
        Step step = step(table, rows, draw);
        Costs costs =
            log.pass(
                step.masked,
                () -> {
                  double[] nats = reveals.nats(step.masked, step.groups);
                  return new Costs(nats, nats);
                });
        double weight = table.share(draw) * steps;
        for (int r = 0; r < rows.length; r++) {
          tally.add(draw, rows[r], 1, weight, costs.marginal()[r], Double.NaN);
        }
        progress.accept(++done / (double) (groups.size() * draws));
      }
    }
    return tally.scores(1);
  }

  private Step step(TableDraws table, int[] rows, int draw) {
    int half = table.replicate(draw);
    int before = half == 0 ? 0 : draws - draws / 2;
    int inHalf = draw - before;
    int ofHalf = half == 0 ? draws - draws / 2 : draws / 2;
    int length = windows.length(rows[0]);
    int[] tokens = new int[rows.length * (length + 1)];
    int[] masks = new int[rows.length * length];
    int[] groups = new int[masks.length];
    float[] weights = new float[rows.length];
    for (int r = 0; r < rows.length; r++) {
      tokens[r * (length + 1)] = separator;
      windows.copy(rows[r], tokens, r * (length + 1) + 1);
      double u = new PhiloxStream(TABLES[half], StreamPurpose.HELDOUT_COUNT, rows[r]).uniform();
      int k = Math.min(steps, 1 + (int) (steps * (u + inHalf) / ofHalf));
      PhiloxStream stream =
          new PhiloxStream(
              TABLES[half], StreamPurpose.HELDOUT_SUBSET, ((long) inHalf << 32) | rows[r]);
      for (int i = r * length; i < (r + 1) * length; i++) {
        for (int j = 0; j < family.ell(); j++) {
          if (stream.uniform() * steps < k) {
            masks[i] |= 1 << j;
            groups[i] |= stream.uniform() * k < 1 ? 1 << j : 0;
          }
        }
      }
      weights[r] = steps;
    }
    return new Step(new Batch(rows.length, length, tokens, masks, weights), groups);
  }
}
