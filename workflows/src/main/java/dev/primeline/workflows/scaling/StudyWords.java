package dev.primeline.workflows.scaling;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers of a study as names and notes have them. */
final class StudyWords {

  private StudyWords() {}

  /** {@code 3e12}, {@code 2.5e11}: three digits at most. */
  static String flops(double flops) {
    BigDecimal rounded = BigDecimal.valueOf(flops).round(new MathContext(3)).stripTrailingZeros();
    int power = rounded.precision() - rounded.scale() - 1;
    return rounded.scaleByPowerOfTen(-power).stripTrailingZeros().toPlainString() + "e" + power;
  }

  static String nats(double nats) {
    return String.format(Locale.ROOT, "%.4f", nats);
  }
}
