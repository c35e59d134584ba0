package dev.primeline.activities.subtokens;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which tokens stand near each other: the positive pointwise mutual information of a token and one
 * that follows it after one place (weight 1) or two (weight 1/2); METHOD section 1.
 *
 * <p>Rows are counted a group at a time, so that memory holds a part of the pairs and the entries
 * that are left.
 */
final class Cooccurrence {

  /** Pairs counted at a time. */
  private static final int GROUP = 1 << 25;

  /** Entries of a matrix; natural text has a third of it at V = 50257 and 10^8 tokens. */
  private static final long MOST_ENTRIES = 1L << 26;

  private static final int TASKS_PER_GROUP = 64;

  private final SampledTokens tokens;
  private final int vocabularySize;
  private final long mostEntries;

  /** In half units: weights of all that follows a token, and of all that precedes it. */
  private final long[] followed;

  private final long[] preceded;
  private final long total;
  private final int leastWeight;

  private Cooccurrence(SampledTokens tokens, long mostEntries) {
    this.tokens = tokens;
    this.vocabularySize = tokens.vocabularySize();
    this.mostEntries = mostEntries;
    this.followed = new long[vocabularySize];
    this.preceded = new long[vocabularySize];
    tokens.pass(
        (stretch, length) -> {
          for (int i = 0; i < length; i++) {
            followed[stretch[i]] += (i + 1 < length ? 2 : 0) + (i + 2 < length ? 1 : 0);
            preceded[stretch[i]] += (i >= 1 ? 2 : 0) + (i >= 2 ? 1 : 0);
          }
        });
    this.total = Arrays.stream(followed).sum();
    this.leastWeight = leastWeight();
  }

  /** What follows each token, and what precedes it: each matrix is the other's transpose. */
  record Sides(SparseRows following, SparseRows preceding) {}

  static Sides of(SampledTokens tokens) {
    return of(tokens, MOST_ENTRIES);
  }

  /** With so many entries on a side at most: beyond, the pairs of least weight are left out. */
  static Sides of(SampledTokens tokens, long mostEntries) {
    var counted = new Cooccurrence(tokens, mostEntries);
    return new Sides(counted.rows(1), counted.rows(-1));
  }

  private SparseRows rows(int direction) {
    int[][] columns = new int[vocabularySize][];
    float[][] values = new float[vocabularySize][];
    long[] weights = direction > 0 ? followed : preceded;
    long[] others = direction > 0 ? preceded : followed;
    count(
        direction,
        (row, contexts, size, counts) -> {
          int[] at = new int[size];
          float[] value = new float[size];
          int kept = 0;
          for (int e = 0; e < size; e++) {
            int c = contexts[e];
            double together = (double) counts[c] * total;
            double apart = (double) weights[row] * others[c];
            if (counts[c] >= leastWeight && together > apart) {
              at[kept] = c;
              value[kept++] = (float) StrictMath.log(together / apart);
            }
          }
          columns[row] = Arrays.copyOf(at, kept);
          values[row] = Arrays.copyOf(value, kept);
        });
    return new SparseRows(columns, values);
  }

  /** The least weight, in half units, with which a pair still has room. */
  private int leastWeight() {
    long[] pairs = new long[1 << 8];
    count(
        1,
        (row, contexts, size, counts) -> {
          long[] mine = new long[pairs.length];
          for (int e = 0; e < size; e++) {
            mine[Math.min(pairs.length - 1, counts[contexts[e]])]++;
          }
          synchronized (pairs) {
            for (int w = 0; w < pairs.length; w++) {
              pairs[w] += mine[w];
            }
          }
        });
    long entries = Arrays.stream(pairs).sum();
    int least = 1;
    while (entries > mostEntries && least < pairs.length - 1) {
      entries -= pairs[least++];
    }
    return least;
  }

  /** Takes the contexts of a row, ascending, and their weights by context. */
  private interface RowSink {
    void accept(int row, int[] contexts, int size, int[] weights);
  }

  private void count(int direction, RowSink sink) {
    // A weight is the sum of fewer pairs than it has units.
    long[] weights = direction > 0 ? followed : preceded;
    for (int from = 0; from < vocabularySize; ) {
      int to = from;
      long pairs = 0;
      do {
        pairs += weights[to++];
      } while (to < vocabularySize && pairs + weights[to] <= GROUP);
      countGroup(direction, from, to, Math.toIntExact(pairs), sink);
      tokens.alive();
      from = to;
    }
  }

  private void countGroup(int direction, int from, int to, int room, RowSink sink) {
    long[] weights = direction > 0 ? followed : preceded;
    int[] starts = new int[to - from];
    for (int row = 1; row < starts.length; row++) {
      starts[row] = starts[row - 1] + (int) weights[from + row - 1];
    }
    int[] ends = starts.clone();
    int[] pairs = new int[room];
    tokens.pass(
        (stretch, length) -> {
          for (int i = 0; i < length; i++) {
            int row = stretch[i] - from;
            if (row < 0 || row >= ends.length) {
              continue;
            }
            int near = i + direction;
            int far = near + direction;
            if (near >= 0 && near < length) {
              pairs[ends[row]++] = stretch[near] << 1;
            }
            if (far >= 0 && far < length) {
              pairs[ends[row]++] = stretch[far] << 1 | 1;
            }
          }
        });
    IntStream.range(0, TASKS_PER_GROUP)
        .parallel()
        .forEach(
            task -> {
              int[] counts = new int[vocabularySize];
              int[] contexts = new int[vocabularySize];
              for (int row = task; row < starts.length; row += TASKS_PER_GROUP) {
                sum(pairs, starts[row], ends[row], from + row, counts, contexts, sink);
              }
            });
  }

  private static void sum(
      int[] pairs, int start, int end, int row, int[] counts, int[] contexts, RowSink sink) {
    int size = 0;
    for (int p = start; p < end; p++) {
      int c = pairs[p] >>> 1;
      if (counts[c] == 0) {
        contexts[size++] = c;
      }
      counts[c] += 2 - (pairs[p] & 1);
    }
    Arrays.sort(contexts, 0, size);
    sink.accept(row, contexts, size, counts);
    for (int e = 0; e < size; e++) {
      counts[contexts[e]] = 0;
    }
  }
}
