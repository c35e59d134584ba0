package dev.primeline.activities.scaling;

/**
 * {@code L(N, D) = E + A / N^alpha + B / D^beta}, nats per token (METHOD section 7).
 *
 * @param e loss that neither parameters nor tokens remove, E
 * @param a A
 * @param b B
 * @param alpha exponent of the parameters
 * @param beta exponent of the tokens
 */
public record ScalingLaw(double e, double a, double b, double alpha, double beta) {

  /** The law from what the fit moves: (ln E, ln A, ln B, alpha, beta). */
  static ScalingLaw ofLogarithms(double[] p) {
    return new ScalingLaw(Math.exp(p[0]), Math.exp(p[1]), Math.exp(p[2]), p[3], p[4]);
  }

  double[] logarithms() {
    return new double[] {Math.log(e), Math.log(a), Math.log(b), alpha, beta};
  }

  /** Loss of so many parameters after so many tokens. */
  public double at(double parameters, double tokens) {
    return e + a * Math.pow(parameters, -alpha) + b * Math.pow(tokens, -beta);
  }

  /** a in {@code N*(C) ~ C^a}, where C is proportional to N D: {@code beta / (alpha + beta)}. */
  public double sizeExponent() {
    return beta / (alpha + beta);
  }

  /** b in {@code D*(C) ~ C^b}. */
  public double tokenExponent() {
    return alpha / (alpha + beta);
  }
}
