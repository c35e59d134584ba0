package dev.primeline.activities.subtokens;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.Codes;
import java.io.IOException;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Codes that a corpus has decided: an artifact of its own, since every ell and base shares it and
 * learning it takes minutes.
 *
 * @param schemaVersion 1
 * @param algorithm how it was learnt; see {@link Permutation}
 * @param corpusSha256 of the corpus' manifest
 * @param codes [V], a permutation of [0, V)
 */
record LearntOrder(int schemaVersion, String algorithm, String corpusSha256, int[] codes) {

  private static final int SCHEMA_VERSION = 1;

  /** Of the vectors whose first principal components part the tokens (METHOD section 1). */
  private static final int DIMENSIONS = 64;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  /** Learns frequency or distributional codes; the same bits on every machine. */
  static LearntOrder learn(CodeOrder order, String corpusSha256, SampledTokens tokens) {
    int[] ranked = order == CodeOrder.FREQUENCY ? byFrequency(tokens) : byNeighbours(tokens);
    int[] codes = new int[ranked.length];
    for (int code = 0; code < codes.length; code++) {
      codes[ranked[code]] = code;
    }
    return new LearntOrder(SCHEMA_VERSION, Permutation.algorithm(order), corpusSha256, codes);
  }

  /** The most frequent token first; equally frequent ones in the order of their ids. */
  private static int[] byFrequency(SampledTokens tokens) {
    long[] counts = tokens.counts();
    return IntStream.range(0, counts.length)
        .boxed()
        .sorted(Comparator.<Integer>comparingLong(token -> -counts[token]))
        .mapToInt(token -> token)
        .toArray();
  }

  private static int[] byNeighbours(SampledTokens tokens) {
    double[][] vectors = LeadingVectors.of(Cooccurrence.of(tokens), DIMENSIONS, tokens::alive);
    return Bisection.order(vectors, Codes.bits(vectors.length), tokens::alive);
  }

  byte[] toJson() {
    try {
      return MAPPER.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of numbers is always JSON", e);
    }
  }

  /** What is stored, when it is this order of this corpus' tokens; empty otherwise. */
  static Optional<LearntOrder> fromJson(
      byte[] json, CodeOrder order, String corpusSha256, int vocabularySize) {
    LearntOrder found;
    try {
      found = MAPPER.readValue(json, LearntOrder.class);
    } catch (IOException e) {
      return Optional.empty();
    }
    boolean expected =
        found.schemaVersion == SCHEMA_VERSION
            && found.algorithm.equals(Permutation.algorithm(order))
            && found.corpusSha256.equals(corpusSha256)
            && found.codes.length == vocabularySize
            && permutes(found.codes);
    return expected ? Optional.of(found) : Optional.empty();
  }

  private static boolean permutes(int[] codes) {
    BitSet seen = new BitSet(codes.length);
    for (int code : codes) {
      if (code < 0 || code >= codes.length || seen.get(code)) {
        return false;
      }
      seen.set(code);
    }
    return true;
  }

  /** The sub-tokenizer that has these codes. */
  SubTokenizer subTokenizer(int base, int ell) {
    return new SubTokenizer(base, ell, new Permutation(algorithm, codes.length, 0), codes.clone());
  }
}
