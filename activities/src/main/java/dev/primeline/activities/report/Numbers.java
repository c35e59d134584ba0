package dev.primeline.activities.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers as people read them, the same in every locale. */
final class Numbers {

  /** Shown where a number is undefined. */
  static final String NONE = "–";

  private Numbers() {}

  /** A likelihood or its error, four decimals. */
  static String nats(@Nullable Double nats) {
    return decimals(nats, 4);
  }

  static String decimals(@Nullable Double value, int decimals) {
    return value == null || !Double.isFinite(value)
        ? NONE
        : String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  /** A perplexity: two decimals, and powers of ten where that would be long. */
  static String perplexity(double perplexity) {
    return perplexity < 1e6
        ? decimals(perplexity, 2)
        : Double.isFinite(perplexity) ? String.format(Locale.ROOT, "%.2e", perplexity) : NONE;
  }

  /** A whole number with separators. */
  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** A rate, to the unit; three digits where it is small. */
  static String rate(@Nullable Double perSecond) {
    if (perSecond == null || !Double.isFinite(perSecond)) {
      return NONE;
    }
    return perSecond >= 100 ? count(Math.round(perSecond)) : plain(perSecond, 3);
  }

  /** A setting, in as few digits as say it. */
  static String setting(double value) {
    return value != 0 && Math.abs(value) < 1e-4
        ? Double.toString(value).replace(".0E", "e").replace('E', 'e')
        : plain(value, 12);
  }

  /** With a suffix for thousands, millions, (short) billions, trillions; a power of ten beyond. */
  static String abbreviated(double value) {
    if (Math.abs(value) >= 999.5e12) {
      return String.format(Locale.ROOT, "%.0e", value).replace("e+", "e");
    }
    String[] suffixes = {"", "k", "M", "B", "T"};
    int power = 0;
    double rest = value;
    while (Math.abs(rest) >= 999.5 && power < suffixes.length - 1) {
      rest /= 1000;
      power++;
    }
    return plain(rest, 3) + suffixes[power];
  }

  /** At most so many significant digits, without trailing zeros or exponent. */
  static String plain(double value, int digits) {
    if (!Double.isFinite(value)) {
      return NONE;
    }
    BigDecimal rounded = BigDecimal.valueOf(value).round(new MathContext(digits));
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }
}
