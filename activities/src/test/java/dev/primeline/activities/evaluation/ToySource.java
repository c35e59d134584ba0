package dev.primeline.activities.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A random hidden Markov source over few symbols, and every sequence it can emit. */
record ToySource(double[] start, double[][] transition, double[][] emission) {

  static ToySource random(int states, int symbols, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] transition = new double[states][];
    double[][] emission = new double[states][];
    for (int s = 0; s < states; s++) {
      transition[s] = row(states, random);
      emission[s] = row(symbols, random);
    }
    return new ToySource(row(states, random), transition, emission);
  }

  private static double[] row(int size, SplittableRandom random) {
    double[] row = new double[size];
    double sum = 0;
    for (int i = 0; i < size; i++) {
      row[i] = Math.pow(-Math.log(1 - random.nextDouble()), 3) + 1e-3;
      sum += row[i];
    }
    for (int i = 0; i < size; i++) {
      row[i] /= sum;
    }
    return row;
  }

  int symbols() {
    return emission[0].length;
  }

  /** p(x), summed over every path of states: slow and obvious. */
  double probability(int[] sequence) {
    return probability(sequence, 0, start);
  }

  private double probability(int[] sequence, int position, double[] states) {
    if (position == sequence.length) {
      return 1;
    }
    double sum = 0;
    for (int s = 0; s < states.length; s++) {
      sum +=
          states[s]
              * emission[s][sequence[position]]
              * probability(sequence, position + 1, transition[s]);
    }
    return sum;
  }

  List<int[]> sequences(int length) {
    return sequences(symbols(), length);
  }

  static List<int[]> sequences(int symbols, int length) {
    List<int[]> all = new ArrayList<>();
    int count = (int) Math.pow(symbols, length);
    for (int c = 0; c < count; c++) {
      int[] sequence = new int[length];
      for (int i = 0, rest = c; i < length; i++, rest /= symbols) {
        sequence[i] = rest % symbols;
      }
      all.add(sequence);
    }
    return all;
  }

  int[] sample(int length, SplittableRandom random) {
    int[] sequence = new int[length];
    double[] next = start;
    for (int i = 0; i < length; i++) {
      int state = draw(next, random);
      sequence[i] = draw(emission[state], random);
      next = transition[state];
    }
    return sequence;
  }

  private static int draw(double[] probabilities, SplittableRandom random) {
    double u = random.nextDouble();
    int i = 0;
    while (i < probabilities.length - 1 && u >= probabilities[i]) {
      u -= probabilities[i++];
    }
    return i;
  }

  ExactPosterior posterior(int[][] digits, boolean autoregressive) {
    return new ExactPosterior(start, transition, emission, digits, autoregressive);
  }
}
