package dev.primeline.activities.generation;

import dev.primeline.activities.subtokens.AgreeingTokens;
import java.util.Arrays;
import java.util.function.DoubleSupplier;

/**
 * METHOD section 6, sub-token head: digit by digit, most significant first. A value that no token
 * has with the digits revealed and drawn so far is impossible, so what comes out is a token.
 */
final class SubTokenHeadSampler implements HeadSampler {
  private final AgreeingTokens tokens;
  private final int base;
  private final Draw draw;

  SubTokenHeadSampler(AgreeingTokens tokens, int base, Draw draw) {
    this.tokens = tokens;
    this.base = base;
    this.draw = draw;
  }

  @Override
  public int draw(float[] logits, int token, int mask, int group, DoubleSupplier uniform) {
    int[] left = tokens.of(token, mask);
    for (int j = 0; j < tokens.ell(); j++) {
      if ((group >>> j & 1) != 0) {
        int value = draw.value(logits(logits, left, j), uniform.getAsDouble());
        left = with(left, j, value);
      }
    }
    return left[0];
  }

  /** Each digit's probability given the digits drawn before it. */
  @Override
  public double[] confidence(float[] logits, int token, int mask, int drawn) {
    int[] left = tokens.of(token, mask);
    double[] confidence = new double[tokens.ell()];
    for (int j = 0; j < confidence.length; j++) {
      if ((mask >>> j & 1) != 0) {
        int value = tokens.digit(drawn, j);
        confidence[j] = Draw.probabilities(logits(logits, left, j))[value];
        left = with(left, j, value);
      }
    }
    return confidence;
  }

  /** [base] value 0 has logit 0; -infinity where none of the tokens left has that digit. */
  private double[] logits(float[] logits, int[] left, int j) {
    double[] z = new double[base];
    Arrays.fill(z, Double.NEGATIVE_INFINITY);
    for (int token : left) {
      int value = tokens.digit(token, j);
      z[value] = value == 0 ? 0 : logits[j * (base - 1) + value - 1];
    }
    return z;
  }

  private int[] with(int[] left, int j, int value) {
    return Arrays.stream(left).filter(v -> tokens.digit(v, j) == value).toArray();
  }
}
