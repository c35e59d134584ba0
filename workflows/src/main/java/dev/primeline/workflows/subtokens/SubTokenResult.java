package dev.primeline.workflows.subtokens;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.artifact.ArtifactRef;
import java.util.List;

/**
 * A built sub-tokenizer.
 *
 * @param subTokenizer reference to subtokenizer.json
 * @param hash identifies the bijection: equal hash, equal codes
 * @param digitEntropiesNats entropy of each digit on the training tokens, most significant first
 * @param indexDigitEntropiesNats the same with index order, for comparison
 * @param reused true when it was found and verified rather than made
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record SubTokenResult(
    ArtifactRef subTokenizer,
    String hash,
    List<Double> digitEntropiesNats,
    List<Double> indexDigitEntropiesNats,
    boolean reused) {

  public SubTokenResult {
    digitEntropiesNats = List.copyOf(digitEntropiesNats);
    indexDigitEntropiesNats = List.copyOf(indexDigitEntropiesNats);
  }
}
