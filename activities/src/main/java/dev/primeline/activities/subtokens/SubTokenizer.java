package dev.primeline.activities.subtokens;

import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.Codes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A bijection between tokens and strings of {@code ell} digits in base {@code base} (METHOD section
 * 1; arXiv 2505.18495, 2603.16077): token x has the digits of its code, most significant first.
 * Immutable.
 */
public final class SubTokenizer {

  private static final long MOST_CODES = 1L << 30;

  private final int base;
  private final int ell;
  private final Permutation permutation;
  private final int[] codes;
  private final int[] tokensByCode;
  private final int[] placeValues;

  /** Codes need be neither in range nor distinct: that is checked here, as {@link BadInput}. */
  SubTokenizer(int base, int ell, Permutation permutation, int[] codes) {
    requireFit(codes.length, base, ell);
    this.base = base;
    this.ell = ell;
    this.permutation = permutation;
    this.codes = codes;
    this.placeValues = new int[ell];
    for (int j = ell - 1, value = 1; j >= 0; j--, value *= base) {
      placeValues[j] = value;
    }
    this.tokensByCode = tokensByCode(codes, Codes.count(base, ell));
  }

  private static void requireFit(int vocabularySize, int base, int ell) {
    requireAtLeast(1, "vocabularySize", vocabularySize);
    requireAtLeast(2, "base", base);
    requireAtLeast(1, "ell", ell);
    long count = Codes.count(base, ell);
    if (count > MOST_CODES) {
      throw new BadInput(
          "base %d with ell %d makes more than 2^30 codes, expected at most that"
              .formatted(base, ell));
    }
    if (count < vocabularySize) {
      throw new BadInput(
          "a vocabulary of %d does not fit %d^%d = %d codes"
              .formatted(vocabularySize, base, ell, count));
    }
  }

  private static void requireAtLeast(int least, String key, int value) {
    if (value < least) {
      throw new BadInput("%s is %d, expected at least %d".formatted(key, value, least));
    }
  }

  private static int[] tokensByCode(int[] codes, long count) {
    long[] pairs =
        IntStream.range(0, codes.length).mapToLong(x -> ((long) codes[x] << 32) | x).toArray();
    Arrays.sort(pairs);
    int[] tokens = Arrays.stream(pairs).mapToInt(pair -> (int) pair).toArray();
    for (int rank = 0; rank < tokens.length; rank++) {
      int token = tokens[rank];
      if (codes[token] < 0 || codes[token] >= count) {
        throw new BadInput(
            "token %d has code %d, expected one in [0, %d)".formatted(token, codes[token], count));
      }
      if (rank > 0 && codes[tokens[rank - 1]] == codes[token]) {
        throw new BadInput(
            "tokens %d and %d both have code %d, expected distinct codes"
                .formatted(tokens[rank - 1], token, codes[token]));
      }
    }
    return tokens;
  }

  /**
   * Gives every token of [0, vocabularySize) its code. {@link BadInput} when the vocabulary does
   * not fit {@code base^ell} codes, or one of the numbers is out of its range.
   *
   * @param order one that no text decides
   * @param seed of a random order; without effect on index order
   */
  public static SubTokenizer build(
      int vocabularySize, int base, int ell, CodeOrder order, long seed) {
    requireFit(vocabularySize, base, ell);
    Permutation permutation =
        Permutation.of(order, vocabularySize, (int) Codes.count(base, ell), seed);
    return new SubTokenizer(base, ell, permutation, permutation.first(vocabularySize));
  }

  /**
   * Reads what {@link #toJson} wrote. {@link BadInput} with the key and the value when the file is
   * not one, is damaged, or is of an unknown version.
   */
  public static SubTokenizer fromJson(byte[] json) {
    return SubTokenizerJson.read(json);
  }

  /** The same bytes for the same sub-tokenizer, on every machine. */
  public byte[] toJson() {
    return SubTokenizerJson.write(this);
  }

  /** V. */
  public int vocabularySize() {
    return codes.length;
  }

  /** Values of a digit. */
  public int base() {
    return base;
  }

  /** Digits per token. */
  public int ell() {
    return ell;
  }

  /** A token's code, in [0, base^ell). */
  public int code(int token) {
    return codes[token];
  }

  /** The codes of all tokens: [V], the caller's own copy. */
  public int[] codes() {
    return codes.clone();
  }

  /** The token of a code; -1 when the code is nobody's. O(log V). */
  public int token(int code) {
    int low = 0;
    int high = codes.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int token = tokensByCode[middle];
      if (codes[token] == code) {
        return token;
      }
      if (codes[token] < code) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /** A token's digit j in [0, ell), 0 the most significant; in [0, base). */
  public int digit(int token, int j) {
    return codes[token] / placeValues[j] % base;
  }

  /**
   * True when the codes in use are exactly [0, V), so that {@code code < V} tells whether a code is
   * somebody's.
   */
  public boolean denseImage() {
    return codes[tokensByCode[codes.length - 1]] == codes.length - 1;
  }

  /** Sixteen hex digits of (V, base, ell, codes): equal hash, equal codes. */
  public String hash() {
    ByteBuffer content = ByteBuffer.allocate(Integer.BYTES * (3 + codes.length));
    content.putInt(codes.length).putInt(base).putInt(ell);
    content.asIntBuffer().put(codes);
    return Hashes.sha256(content.array()).substring(0, 16);
  }

  Permutation permutation() {
    return permutation;
  }
}
