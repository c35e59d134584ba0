package dev.primeline.activities.batches;

import dev.primeline.activities.subtokens.Philox;
import dev.primeline.activities.subtokens.StreamPurpose;

/**
 * A pseudo-random permutation of [0, size) for each (seed, epoch) that answers for one index at a
 * time, without a list in memory: a Feistel network over the next power of two, walked along its
 * cycle until it is back inside (Black and Rogaway, "Ciphers with arbitrary finite domains", 2002).
 */
final class KeyedBijection {

  private static final int ROUNDS = 8;

  private final long size;
  private final long seed;
  private final long epoch;
  private final int lowBits;
  private final long lowMask;
  private final long highMask;

  KeyedBijection(long size, long seed, long epoch) {
    if (size < 1) {
      throw new IllegalArgumentException("size is " + size + ", expected at least 1");
    }
    this.size = size;
    this.seed = seed;
    this.epoch = epoch;
    int bits = Long.SIZE - Long.numberOfLeadingZeros(size - 1);
    this.lowBits = bits - bits / 2;
    this.lowMask = (1L << lowBits) - 1;
    this.highMask = (1L << (bits / 2)) - 1;
  }

  /** Where an index of [0, size) goes. The domain is below 2 * size: two walks on average. */
  long at(long index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException("index " + index + " of " + size);
    }
    int[] words = new int[4];
    long image = index;
    do {
      image = cipher(image, words);
    } while (image >= size);
    return image;
  }

  private long cipher(long value, int[] words) {
    long low = value & lowMask;
    long high = value >>> lowBits;
    for (int round = 0; round < ROUNDS; round += 2) {
      low ^= noise(high, round, words) & lowMask;
      high ^= noise(low, round + 1, words) & highMask;
    }
    return (high << lowBits) | low;
  }

  private long noise(long half, int round, int[] words) {
    int purpose = StreamPurpose.EPOCH_ORDER.word() | (round << 16);
    Philox.block((int) half, (int) epoch, (int) (epoch >>> 32), purpose, seed, words);
    return words[0] & 0xFFFFFFFFL;
  }
}
