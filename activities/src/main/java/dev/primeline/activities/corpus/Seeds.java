package dev.primeline.activities.corpus;

/** Turns (seed, stream, index) into seeds of unrelated generators. */
final class Seeds {

  private Seeds() {}

  static long mix(long seed, long stream, long index) {
    return mix(mix(mix(seed) ^ stream) ^ index);
  }

  /** The finaliser of SplitMix64 after one increment: a bijection that changes half of the bits. */
  private static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
