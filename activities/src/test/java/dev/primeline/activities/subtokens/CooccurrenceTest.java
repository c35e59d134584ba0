package dev.primeline.activities.subtokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.primeline.activities.tokens.TokenArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CooccurrenceTest {
  private static final int V = 23;
  private final int[] tokens =
      new Random(1).ints(3_000, 0, V * V).map(x -> (int) Math.sqrt(x)).toArray();

  @Test
  void entriesAreThePositiveInformationOfATokenAndOneThatFollows() {
    double[][] together = new double[V][V];
    for (int i = 0; i < tokens.length; i++) {
      for (int d = 1; d <= 2 && i + d < tokens.length; d++) {
        together[tokens[i]][tokens[i + d]] += 1.0 / d;
      }
    }
    double total = 0;
    double[] followed = new double[V];
    double[] preceded = new double[V];
    for (int w = 0; w < V; w++) {
      for (int c = 0; c < V; c++) {
        followed[w] += together[w][c];
        preceded[c] += together[w][c];
        total += together[w][c];
      }
    }
    double[][] found = dense(Cooccurrence.of(sample()).following());
    for (int w = 0; w < V; w++) {
      for (int c = 0; c < V; c++) {
        double information = Math.log(together[w][c] * total / (followed[w] * preceded[c]));
        assertThat(found[w][c]).isCloseTo(Math.max(0, information), within(1e-6));
      }
    }
  }

  @Test
  void eachSideIsTheTransposeOfTheOther() {
    Cooccurrence.Sides sides = Cooccurrence.of(sample());
    double[][] following = dense(sides.following());
    double[][] preceding = dense(sides.preceding());
    for (int w = 0; w < V; w++) {
      for (int c = 0; c < V; c++) {
        assertThat(preceding[c][w]).isEqualTo(following[w][c]);
      }
    }
    assertThat(sides.following().entries()).isPositive().isEqualTo(sides.preceding().entries());
  }

  @Test
  void whereRoomIsShortTheRarestPairsAreLeftOutOnBothSides() {
    Cooccurrence.Sides all = Cooccurrence.of(sample());
    Cooccurrence.Sides few = Cooccurrence.of(sample(), all.following().entries() / 2);
    assertThat(few.following().entries())
        .isPositive()
        .isLessThanOrEqualTo(all.following().entries() / 2)
        .isEqualTo(few.preceding().entries());
  }

  @Test
  void aProductIsThatOfTheDenseMatrix() {
    SparseRows rows = Cooccurrence.of(sample()).following();
    double[][] dense = dense(rows);
    double[] x = new Random(2).doubles(V * 3L).toArray();
    double[] sum = new double[V * 3];
    sum[4] = 7;
    rows.multiplyAdd(x, sum, 3);
    for (int w = 0; w < V; w++) {
      for (int d = 0; d < 3; d++) {
        double expected = w * 3 + d == 4 ? 7 : 0;
        for (int c = 0; c < V; c++) {
          expected += dense[w][c] * x[c * 3 + d];
        }
        assertThat(sum[w * 3 + d]).isCloseTo(expected, within(1e-12));
      }
    }
  }

  @Test
  void aLongTextIsReadInEvenlySpacedStretches() {
    List<Integer> starts = new ArrayList<>();
    // Stretches are 2^20 tokens long: a text that repeats itself as often needs no memory.
    var endless = new RepeatingTokens(300L << 20);
    var sample = new SampledTokens(endless, 2, n -> {});
    sample.pass((stretch, length) -> starts.add(length));
    assertThat(starts).hasSize(96).containsOnly(1 << 20);
    assertThat(endless.read.get(0)).isZero();
    assertThat(endless.read.get(95)).isEqualTo(299L << 20);
    assertThat(endless.read).isSorted();
  }

  private SampledTokens sample() {
    return new SampledTokens(new TokenArray(tokens, 0), V, n -> {});
  }

  private static double[][] dense(SparseRows rows) {
    double[][] dense = new double[V][V];
    for (int w = 0; w < V; w++) {
      for (int e = 0; e < rows.columns()[w].length; e++) {
        dense[w][rows.columns()[w][e]] = rows.values()[w][e];
      }
    }
    return dense;
  }
}
