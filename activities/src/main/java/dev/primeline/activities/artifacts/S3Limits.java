package dev.primeline.activities.artifacts;

import java.time.Duration;

/**
 * How a client behaves towards a server.
 *
 * @param partBytes larger files travel in parts of this size; servers take 5 MiB and more
 * @param silence longest wait for a sign of life
 */
record S3Limits(long partBytes, Duration silence) {

  /** Four parts of this size are in memory at a time. */
  static final S3Limits DEFAULTS = new S3Limits(16L << 20, Duration.ofMinutes(2));
}
