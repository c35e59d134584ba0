package dev.primeline.activities.generation;

import dev.primeline.activities.subtokens.AgreeingTokens;
import java.util.Arrays;
import java.util.function.DoubleSupplier;

/**
 * METHOD section 6, token head: one consistent token is drawn, and only the group's digits of it
 * are written. Carry-over: a token that contradicts a revealed digit is impossible.
 */
final class TokenHeadSampler implements HeadSampler {
  private final AgreeingTokens tokens;
  private final Draw draw;

  TokenHeadSampler(AgreeingTokens tokens, Draw draw) {
    this.tokens = tokens;
    this.draw = draw;
  }

  @Override
  public int draw(float[] logits, int token, int mask, int group, DoubleSupplier uniform) {
    int[] agreeing = tokens.of(token, mask);
    return agreeing[draw.value(logits(logits, agreeing), uniform.getAsDouble())];
  }

  /** The marginals of the drawn token's digits. */
  @Override
  public double[] confidence(float[] logits, int token, int mask, int drawn) {
    int[] agreeing = tokens.of(token, mask);
    double[] p = Draw.probabilities(logits(logits, agreeing));
    double[] confidence = new double[tokens.ell()];
    for (int j = 0; j < confidence.length; j++) {
      if ((mask >>> j & 1) != 0) {
        int place = tokens.places(1 << j);
        for (int i = 0; i < agreeing.length; i++) {
          if (tokens.agree(agreeing[i], drawn, place)) {
            confidence[j] += p[i];
          }
        }
      }
    }
    return confidence;
  }

  private static double[] logits(float[] logits, int[] agreeing) {
    return Arrays.stream(agreeing).mapToDouble(v -> logits[v]).toArray();
  }
}
