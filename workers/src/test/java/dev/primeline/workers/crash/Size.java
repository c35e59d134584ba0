package dev.primeline.workers.crash;

import java.time.Duration;

/**
 * How much of it: {@code -Dprimeline.crash=long} for all, else what every change can wait for.
 *
 * @param randomKills of each form of running
 * @param silence after which a worker is taken for lost; the product's is a minute
 * @param everyPoint whether a cluster's workers are killed at all points, or at some
 */
record Size(int randomKills, Duration silence, boolean everyPoint) {

  private static final Size SHORT = new Size(6, Duration.ofSeconds(12), false);
  private static final Size LONG = new Size(20, Duration.ofSeconds(12), true);

  /** What chance is made of; {@code -Dprimeline.crash.seed=N} repeats one. */
  static final long SEED =
      Long.getLong("primeline.crash.seed", System.currentTimeMillis() % 100_000);

  static Size asked() {
    return isLong() ? LONG : SHORT;
  }

  static boolean isLong() {
    String asked = System.getProperty("primeline.crash", "short");
    return switch (asked) {
      case "short" -> false;
      case "long" -> true;
      default ->
          throw new IllegalArgumentException(
              "primeline.crash: \"%s\", expected short or long".formatted(asked));
    };
  }
}
