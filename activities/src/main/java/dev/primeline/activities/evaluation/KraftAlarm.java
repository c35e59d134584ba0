package dev.primeline.activities.evaluation;

import dev.primeline.activities.model.Denoiser;
import dev.primeline.workflows.evaluation.SelfCheck.Alarm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Alarm (b) of METHOD section 2: over every sequence of a toy vocabulary {@code sum exp(-NELBO(x))}
 * is at most 1, whatever the weights are, because the bounds lie above the code lengths of a
 * distribution. No source and no training is involved.
 */
final class KraftAlarm {
  /** Tokens of the toy vocabulary, the separator among them. */
  static final int VOCABULARY = 5;

  /** Tokens of a sequence. */
  static final int LENGTH = 2;

  /** The engine computes logits and costs in fp32. */
  private static final double ROUNDING = 1e-4;

  private KraftAlarm() {}

  /**
   * Fires when the sum exceeds 1.
   *
   * @param denoiser a network over {@link #VOCABULARY} tokens and {@link #LENGTH} positions
   * @param ell its digits per token
   */
  static Alarm check(Denoiser denoiser, int ell, boolean autoregressive) {
    List<int[]> sequences = everySequence();
    MaskDraws draws = EnumeratedDraws.of(sequences, VOCABULARY - 1, ell, autoregressive);
    WindowScores scores = new ExactCountNelbo(denoiser).score(draws, fraction -> {});
    double sum = Arrays.stream(scores.nelbo()).map(nats -> Math.exp(-nats)).sum();
    String detail =
        String.format(
            Locale.ROOT,
            "the sum of exp(-NELBO) over all %d sequences of a toy vocabulary is %.5f, which must"
                + " not exceed 1",
            sequences.size(),
            sum);
    // The negated form fires on NaN too.
    return new Alarm("kraft", !(sum <= 1 + ROUNDING), detail);
  }

  private static List<int[]> everySequence() {
    List<int[]> sequences = new ArrayList<>();
    for (int first = 0; first < VOCABULARY; first++) {
      for (int second = 0; second < VOCABULARY; second++) {
        sequences.add(new int[] {first, second});
      }
    }
    return sequences;
  }
}
