package dev.primeline.activities.subtokens;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The file analysis.json: what a sub-tokenizer's digits say on one corpus.
 *
 * @param schemaVersion 1
 * @param subTokenizerHash the bijection
 * @param corpusSha256 of the corpus' manifest
 * @param tokens training tokens counted
 * @param digitEntropiesNats most significant digit first
 * @param indexDigitEntropiesNats the same with index order
 */
record DigitAnalysis(
    int schemaVersion,
    String subTokenizerHash,
    String corpusSha256,
    long tokens,
    List<Double> digitEntropiesNats,
    List<Double> indexDigitEntropiesNats) {

  static final int SCHEMA_VERSION = 1;
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  DigitAnalysis {
    digitEntropiesNats = List.copyOf(digitEntropiesNats);
    indexDigitEntropiesNats = List.copyOf(indexDigitEntropiesNats);
  }

  byte[] toJson() {
    try {
      return MAPPER.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of numbers is always JSON", e);
    }
  }

  /** The stored analysis when it is one of this sub-tokenizer on this corpus; empty otherwise. */
  static Optional<DigitAnalysis> fromJson(byte[] json, SubTokenizer subTokenizer, String corpus) {
    DigitAnalysis found;
    try {
      found = MAPPER.readValue(json, DigitAnalysis.class);
    } catch (IOException e) {
      return Optional.empty();
    }
    boolean expected =
        found.schemaVersion == SCHEMA_VERSION
            && found.subTokenizerHash.equals(subTokenizer.hash())
            && found.corpusSha256.equals(corpus)
            && found.digitEntropiesNats.size() == subTokenizer.ell()
            && found.indexDigitEntropiesNats.size() == subTokenizer.ell();
    return expected ? Optional.of(found) : Optional.empty();
  }
}
