package dev.primeline.activities.comparison;

/**
 * How two models' scores of the same windows differ.
 *
 * @param first name
 * @param second name
 * @param natsPerToken first minus second: below 0 where the first is better
 * @param standardError of the windows' differences
 * @param low end of the 95 % interval
 * @param high end of it
 */
public record ScoreDifference(
    String first,
    String second,
    double natsPerToken,
    double standardError,
    double low,
    double high) {

  /** Standard errors to each side that hold 95 % of a normal distribution. */
  private static final double WITHIN = 1.96;

  static ScoreDifference of(
      String first, String second, double natsPerToken, double standardError) {
    double half = WITHIN * standardError;
    return new ScoreDifference(
        first, second, natsPerToken, standardError, natsPerToken - half, natsPerToken + half);
  }

  /** True when 0 lies outside the interval. */
  public boolean beyondChance() {
    return low > 0 || high < 0;
  }
}
