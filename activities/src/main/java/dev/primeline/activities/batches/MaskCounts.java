package dev.primeline.activities.batches;

/** How many digits of a sequence are masked. */
public final class MaskCounts {

  private MaskCounts() {}

  /**
   * {@code m_k = 1 + floor(n (u + k) / K)} of METHOD section 3: uniform on {1..n} for a uniform u
   * and a uniform k, and evenly spread over the K draws that share a u.
   *
   * @param n digits being scored
   * @param u in [0, 1), one for all K
   * @param k the draw, in [0, K)
   */
  public static int stratified(int n, double u, int k, int draws) {
    if (n < 1 || k < 0 || k >= draws || !(u >= 0 && u < 1)) {
      throw new IllegalArgumentException(
          "draw %d of %d at u = %s for %d digits".formatted(k, draws, u, n));
    }
    // n (u + k) / K may round up to n where the true value is just below.
    return Math.min(n, 1 + (int) (n * (u + k) / draws));
  }
}
