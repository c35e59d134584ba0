package dev.primeline.activities.subtokens;

import dev.primeline.workflows.experiment.CodeOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A named, portable permutation of [0, range).
 *
 * @param algorithm {@link #IDENTITY}, {@link #FISHER_YATES}, or the name of one that is learnt or
 *     given
 * @param range how many numbers it permutes
 * @param seed of a random one; 0 for every other
 */
record Permutation(String algorithm, int range, long seed) {

  static final String IDENTITY = "identity";

  /**
   * For i = 0, 1, ... entry i changes places with entry {@code i + below(range - i)}; the draws are
   * those of the {@link PhiloxStream} of (seed, CODES, 0).
   */
  static final String FISHER_YATES = "fisher-yates-philox4x32-10";

  /** By falling counts, equal ones by their ids. */
  static final String FREQUENCY = "frequency-1";

  /** {@link Cooccurrence}, {@link LeadingVectors}, {@link Bisection}, as they are now. */
  static final String DISTRIBUTIONAL = "distributional-ppmi-svd64-1";

  /** Given by a file. */
  static final String IMPORTED = "imported";

  /** All names, as messages give them. */
  static final List<String> ALGORITHMS =
      List.of(IDENTITY, FISHER_YATES, FREQUENCY, DISTRIBUTIONAL, IMPORTED);

  /** The name of an order's algorithm: another one when it would give other codes. */
  static String algorithm(CodeOrder order) {
    return switch (order) {
      case INDEX -> IDENTITY;
      case SHUFFLED, ALL_CODES -> FISHER_YATES;
      case FREQUENCY -> FREQUENCY;
      case DISTRIBUTIONAL -> DISTRIBUTIONAL;
      case IMPORTED -> IMPORTED;
    };
  }

  /** Of an order that no text decides. */
  static Permutation of(CodeOrder order, int vocabularySize, int codes, long seed) {
    return switch (order) {
      case INDEX -> new Permutation(IDENTITY, vocabularySize, 0);
      case SHUFFLED -> new Permutation(FISHER_YATES, vocabularySize, seed);
      case ALL_CODES -> new Permutation(FISHER_YATES, codes, seed);
      case FREQUENCY, DISTRIBUTIONAL, IMPORTED ->
          throw new IllegalArgumentException(order + " is not drawn, but learnt or given");
    };
  }

  /** Its first entries, in memory of the order of {@code count}, however large the range. */
  int[] first(int count) {
    int[] head = new int[count];
    for (int i = 0; i < count; i++) {
      head[i] = i;
    }
    if (algorithm.equals(IDENTITY)) {
      return head;
    }
    // Entries beyond the head are what they were, but for the few that a swap has put there.
    Map<Integer, Integer> displaced = new HashMap<>();
    PhiloxStream stream = new PhiloxStream(seed, StreamPurpose.CODES, 0);
    for (int i = 0; i < count; i++) {
      int j = i + stream.below(range - i);
      int entry = j < count ? head[j] : displaced.getOrDefault(j, j);
      if (j < count) {
        head[j] = head[i];
      } else {
        displaced.put(j, head[i]);
      }
      head[i] = entry;
    }
    return head;
  }
}
