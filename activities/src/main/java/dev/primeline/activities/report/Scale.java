package dev.primeline.activities.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Maps values to pixels and knows which values deserve a tick.
 *
 * @param kind how values are spread
 * @param from value at {@code start}
 * @param to value at {@code end}
 * @param start pixel of {@code from}
 * @param end pixel of {@code to}; may lie before {@code start}
 * @param ticks labelled values, ascending
 */
record Scale(Kind kind, double from, double to, double start, double end, List<Double> ticks) {

  enum Kind {
    LINEAR,
    LOGARITHMIC
  }

  /** Beyond this ratio of largest to smallest a linear axis hides the lower curves. */
  private static final double LINEAR_UP_TO = 4;

  private static final double[] ROUND = {1, 2, 5, 10};

  /** Logarithmic where it helps, else linear; both ends on a tick. */
  static Scale fitting(double low, double high, double start, double end, int wanted) {
    return low > 0 && high / low > LINEAR_UP_TO
        ? logarithmic(low, high, start, end)
        : rounded(low, high, start, end, wanted);
  }

  /** Linear, both ends on a tick. */
  static Scale rounded(double low, double high, double start, double end, int wanted) {
    double pad = high > low ? 0 : Math.max(Math.abs(low) * 0.05, 1e-3);
    double step = step((high - low + 2 * pad) / wanted);
    double from = Math.floor((low - pad) / step + 1e-9) * step;
    double to = Math.ceil((high + pad) / step - 1e-9) * step;
    return new Scale(Kind.LINEAR, from, to, start, end, multiples(step, from, to));
  }

  /** Linear, the ends as given. */
  static Scale exact(double from, double to, double start, double end, int wanted) {
    return new Scale(
        Kind.LINEAR, from, to, start, end, multiples(step((to - from) / wanted), from, to));
  }

  private static Scale logarithmic(double low, double high, double start, double end) {
    List<Double> candidates = new ArrayList<>();
    for (int power = (int) Math.floor(Math.log10(low)); power <= Math.log10(high) + 1; power++) {
      for (double digit : new double[] {1, 2, 3, 5, 7}) {
        candidates.add(digit * Math.pow(10, power));
      }
    }
    double from = candidates.stream().filter(c -> c <= low).reduce((a, b) -> b).orElse(low);
    double to = candidates.stream().filter(c -> c >= high).findFirst().orElse(high);
    List<Double> ticks = candidates.stream().filter(c -> c >= from && c <= to).toList();
    if (ticks.size() > 9) {
      ticks = ticks.stream().filter(Scale::powerOfTen).toList();
    }
    return new Scale(Kind.LOGARITHMIC, from, to, start, end, ticks);
  }

  /** The pixel of a value. */
  double at(double value) {
    double share =
        kind == Kind.LINEAR
            ? (value - from) / (to - from)
            : Math.log(value / from) / Math.log(to / from);
    return start + share * (end - start);
  }

  /** A tick's label: equally many decimals on a linear axis, suffixes for large numbers. */
  String label(double tick) {
    if (Math.max(Math.abs(from), Math.abs(to)) >= 10_000) {
      return Numbers.abbreviated(tick);
    }
    if (kind == Kind.LOGARITHMIC || ticks.size() < 2) {
      return Numbers.plain(tick, 3);
    }
    double step = ticks.get(1) - ticks.get(0);
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    return String.format(Locale.ROOT, "%." + decimals + "f", tick);
  }

  private static double step(double least) {
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    for (double digit : ROUND) {
      if (digit * power >= least * (1 - 1e-9)) {
        return digit * power;
      }
    }
    return 10 * power;
  }

  private static List<Double> multiples(double step, double from, double to) {
    List<Double> ticks = new ArrayList<>();
    for (long k = (long) Math.ceil(from / step - 1e-9); k * step <= to + step * 1e-9; k++) {
      ticks.add(k * step);
    }
    return List.copyOf(ticks);
  }

  private static boolean powerOfTen(double value) {
    double power = Math.log10(value);
    return Math.abs(power - Math.rint(power)) < 1e-9;
  }
}
