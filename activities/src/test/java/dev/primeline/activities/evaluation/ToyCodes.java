package dev.primeline.activities.evaluation;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Codes of a toy vocabulary, made here so that no room's code order is taken on trust. */
final class ToyCodes {

  private ToyCodes() {}

  /** Base-b digits of the token itself, most significant first: [V, ell]. */
  static int[][] index(int vocabulary, int base, int ell) {
    return digits(IntStream.range(0, vocabulary).boxed().toList(), base, ell);
  }

  /** The same of a random injection of the vocabulary into all base^ell codes. */
  static int[][] shuffled(int vocabulary, int base, int ell, long seed) {
    List<Integer> codes =
        IntStream.range(0, (int) Math.pow(base, ell)).boxed().collect(Collectors.toList());
    Collections.shuffle(codes, new Random(seed));
    return digits(codes.subList(0, vocabulary), base, ell);
  }

  private static int[][] digits(List<Integer> codes, int base, int ell) {
    int[][] digits = new int[codes.size()][ell];
    for (int v = 0; v < digits.length; v++) {
      int rest = codes.get(v);
      for (int j = ell - 1; j >= 0; j--, rest /= base) {
        digits[v][j] = rest % base;
      }
    }
    return digits;
  }
}
