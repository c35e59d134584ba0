package dev.primeline.activities.generation;

import dev.primeline.activities.batches.Batch;
import java.util.Arrays;

/**
 * A text being filled in. A position with masked digits holds some token that agrees with those
 * already revealed, so the text decodes at every moment.
 */
public final class Canvas {
  private final int[] tokens;
  private final int[] masks;
  private final int whole;

  private Canvas(int[] tokens, int[] masks, int whole) {
    this.tokens = tokens;
    this.masks = masks;
    this.whole = whole;
  }

  /**
   * A gap between known tokens.
   *
   * @param separator stands before the text and is known
   * @param prefix known tokens before the gap
   * @param gap unknown tokens
   * @param suffix known tokens after the gap
   * @param ell digits per token
   */
  static Canvas of(int separator, int[] prefix, int gap, int[] suffix, int ell) {
    int length = prefix.length + gap + suffix.length;
    int[] tokens = new int[length + 1];
    tokens[0] = separator;
    System.arraycopy(prefix, 0, tokens, 1, prefix.length);
    System.arraycopy(suffix, 0, tokens, 1 + prefix.length + gap, suffix.length);
    int[] masks = new int[length];
    int whole = (1 << ell) - 1;
    Arrays.fill(masks, prefix.length, prefix.length + gap, whole);
    return new Canvas(tokens, masks, whole);
  }

  /** Positions of the text, the separator before it not counted. */
  public int length() {
    return masks.length;
  }

  /** The token of a position; while digits of it are masked, one that agrees with the others. */
  public int token(int position) {
    return tokens[position + 1];
  }

  /** The masked digits of a position: bit j for digit j, 0 the most significant. */
  public int mask(int position) {
    return masks[position];
  }

  /** Whether nothing at all is known of a position. */
  boolean unknown(int position) {
    return masks[position] == whole;
  }

  /** Digits that are still masked. */
  public int masked() {
    return Arrays.stream(masks).map(Integer::bitCount).sum();
  }

  /** All tokens, without the separator before them: the caller's own copy. */
  public int[] tokens() {
    return Arrays.copyOfRange(tokens, 1, tokens.length);
  }

  /** The separator and the tokens up to a position, which is left out. */
  int[] before(int position) {
    return Arrays.copyOf(tokens, position + 1);
  }

  /** Writes digits of a position. */
  void reveal(int position, int token, int digits) {
    tokens[position + 1] = token;
    masks[position] &= ~digits;
  }

  /** The sequence as a network reads it. */
  Batch batch() {
    return new Batch(1, masks.length, tokens.clone(), masks.clone(), new float[] {1});
  }
}
