package dev.primeline.activities.evaluation;

import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.model.Denoiser;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;

/**
 * The exact-count estimator of METHOD section 3, the source of every reported number: per draw m of
 * a window's n digits are masked, and {@code (n/m) * sum over masked digits of -log p(y_ij | y_t)}
 * has the NELBO as its expectation where m is uniform on 1..n; draws that prefer some m say by how
 * much, {@link MaskDraws#importance}. A window's estimate is the mean over its draws. ARM goes the
 * same way: one draw that scores all n targets, hence weight 1 and no mask noise.
 */
final class ExactCountNelbo {
  private static final int TOKENS_PER_FORWARD = 4096;

  private final Denoiser denoiser;

  ExactCountNelbo(Denoiser denoiser) {
    this.denoiser = denoiser;
  }

  /**
   * Scores every window under every draw.
   *
   * @param progress told the fraction done after each forward pass
   */
  WindowScores score(MaskDraws draws, DoubleConsumer progress) {
    Tally tally = new Tally(draws);
    List<int[]> groups = groups(draws);
    for (int draw = 0; draw < draws.draws(); draw++) {
      tally.begin(draw);
    }
    int done = 0;
    for (int[] group : groups) {
      for (int draw = 0; draw < draws.draws(); draw++) {
        add(tally, draws, group, draw);
        progress.accept(++done / (double) (groups.size() * draws.draws()));
      }
    }
    return tally.scores(1);
  }

  /**
   * Scores every window under a draw of either replicate, again and again, until the mask error is
   * at most {@code relative} of the score or the draws are used up.
   *
   * @param draws whose even draws are one replicate and whose odd draws are the other
   * @param progress told a fraction done, at the least 1 at the end
   */
  Reached scoreUntil(double relative, MaskDraws draws, DoubleConsumer progress) {
    Tally tally = new Tally(draws);
    List<int[]> groups = groups(draws);
    double expected = 1;
    double told = 0;
    int draw = 0;
    while (true) {
      int round = Math.min(draw + 2, draws.draws());
      for (; draw < round; draw++) {
        tally.begin(draw);
        int done = 0;
        for (int[] group : groups) {
          add(tally, draws, group, draw);
          double passes = draw + ++done / (double) groups.size();
          told = Math.max(told, Math.min(0.99, passes / (2 * expected)));
          progress.accept(told);
        }
      }
      WindowScores scores = tally.scores((double) draw / draws.draws());
      double nats = scores.natsPerToken();
      boolean reached = scores.maskError() <= relative * nats;
      if (reached || draw == draws.draws() || !Double.isFinite(nats)) {
        progress.accept(1);
        return new Reached(scores, draw, reached);
      }
      // The error falls at least as the root of the rounds.
      expected = Math.ceil(draw / 2.0 * Math.pow(scores.maskError() / (relative * nats), 2));
    }
  }

  /**
   * Where draws ended.
   *
   * @param draws per window that were taken
   * @param reached whether the mask error is as small as asked for
   */
  record Reached(WindowScores scores, int draws, boolean reached) {}

  private void add(Tally tally, MaskDraws draws, int[] group, int draw) {
    Batch batch = draws.batch(group, draw);
    Denoiser.Costs costs = denoiser.costs(batch);
    for (int r = 0; r < group.length; r++) {
      int window = group[r];
      int n = draws.digits(window);
      int m = masked(batch, r);
      double weight = draws.share(draw) * draws.importance(window, m) * n / m;
      tally.add(draw, window, m, weight, costs.marginal()[r], costs.joint()[r]);
    }
  }

  /** Windows in order, cut where the length changes or a forward pass is full. */
  static List<int[]> groups(MaskDraws draws) {
    List<int[]> groups = new ArrayList<>();
    int start = 0;
    while (start < draws.windows()) {
      int length = draws.length(start);
      int most = Math.max(1, TOKENS_PER_FORWARD / (length + 1));
      int end = start + 1;
      while (end < draws.windows() && end - start < most && draws.length(end) == length) {
        end++;
      }
      int[] group = new int[end - start];
      for (int i = 0; i < group.length; i++) {
        group[i] = start + i;
      }
      groups.add(group);
      start = end;
    }
    return groups;
  }

  private static int masked(Batch batch, int row) {
    int m = 0;
    for (int i = 0; i < batch.length(); i++) {
      m += Integer.bitCount(batch.masks()[row * batch.length() + i]);
    }
    if (m == 0) {
      throw new IllegalStateException("an exact-count draw masks at least one digit");
    }
    return m;
  }
}
