package dev.primeline.activities.scaling;

import org.jspecify.annotations.Nullable;

/**
 * One training as a scaling study sees it.
 *
 * @param family which model family
 * @param flops the compute budget that it belongs to
 * @param parameters trainable numbers N
 * @param tokens seen in training, D
 * @param nats its loss, nats per token
 * @param training where the number comes from; null where nobody said
 */
public record IsoFlopPoint(
    String family,
    double flops,
    double parameters,
    double tokens,
    double nats,
    @Nullable String training) {

  public IsoFlopPoint {
    require("flops", flops);
    require("parameters", parameters);
    require("tokens", tokens);
    require("nats", nats);
  }

  private static void require(String name, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "%s: %s, expected a positive number".formatted(name, value));
    }
  }
}
