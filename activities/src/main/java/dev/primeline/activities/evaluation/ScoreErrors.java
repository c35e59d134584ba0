package dev.primeline.activities.evaluation;

/**
 * The errors of a set-level score, nats per token.
 *
 * <p>Window estimates are the windows' true bounds plus independent mask noise, so the ratio error
 * over clusters, {@link Clusters#ratioError}, already holds both: {@code E[total^2] = text^2 +
 * mask^2}. Hence {@code text = sqrt(max(0, total^2 - mask^2))} and {@code standard = sqrt(text^2 +
 * mask^2)}: the mask noise is counted once. Where chance makes total the smaller one, standard is
 * the mask error.
 *
 * <p>Where masks of neighbouring windows are spread evenly, {@link LatticeDraws}, mask is smaller
 * than the windows' own noise, of which some stays in text: it is then a little too large.
 *
 * <p>With a single draw per window the two cannot be told apart. Then all three are the total: an
 * upper bound for either part, and exact for both together.
 *
 * @param mask standard error of the mask draws on this text; 0 without draws
 * @param text standard error over clusters of text
 * @param standard both together
 */
record ScoreErrors(double mask, double text, double standard) {

  static ScoreErrors of(WindowScores scores, Clusters clusters) {
    double total = clusters.ratioError(scores.nelbo(), scores.tokens());
    double mask = scores.maskError();
    if (Double.isNaN(mask)) {
      return new ScoreErrors(total, total, total);
    }
    double text = Math.sqrt(Math.max(0, total * total - mask * mask));
    return new ScoreErrors(mask, text, Math.hypot(text, mask));
  }
}
