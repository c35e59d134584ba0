package dev.primeline.activities.subtokens;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.tokens.TokenSequence;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.subtokens.SubTokenRequest;
import dev.primeline.workflows.subtokens.SubTokenResult;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Keeps sub-tokenizers and their analyses in a store. The sub-tokenizer's key is its own hash; an
 * analysis also depends on the corpus, so its key names both.
 */
final class SubTokenConstruction {

  private final ArtifactStore store;

  SubTokenConstruction(ArtifactStore store) {
    this.store = store;
  }

  /**
   * Finds or makes both files; damaged ones are made anew. {@link BadInput} when the vocabulary
   * does not fit the family's codes or a token is outside it.
   *
   * @param counted told the number of training tokens counted so far
   */
  SubTokenResult build(SubTokenRequest request, TrainingTokens training, LongConsumer counted)
      throws IOException {
    Family family = request.family();
    SubTokenizer made = codes(request, family.order());
    String folder = "subtokenizers/" + made.hash() + "/";
    String corpus = request.corpus().sha256();
    String analysisKey =
        folder + corpus.substring(0, Math.min(16, corpus.length())) + "/analysis.json";

    String key = folder + "subtokenizer.json";
    Optional<byte[]> found = read(key).filter(json -> holds(json, made));
    byte[] json = found.isPresent() ? found.get() : replace(key, made.toJson());

    Optional<DigitAnalysis> known =
        read(analysisKey).flatMap(bytes -> DigitAnalysis.fromJson(bytes, made, corpus));
    DigitAnalysis analysis;
    if (known.isPresent()) {
      analysis = known.get();
    } else {
      analysis =
          analyse(
              made,
              codes(request, CodeOrder.INDEX),
              corpus,
              training.open(request.corpus()),
              counted);
      replace(analysisKey, analysis.toJson());
    }
    return new SubTokenResult(
        new ArtifactRef(key, Hashes.sha256(json), json.length),
        made.hash(),
        analysis.digitEntropiesNats(),
        analysis.indexDigitEntropiesNats(),
        found.isPresent() && known.isPresent());
  }

  private static SubTokenizer codes(SubTokenRequest request, CodeOrder order) {
    Family family = request.family();
    return SubTokenizer.build(
        request.vocabularySize(), family.base(), family.ell(), order, request.seed());
  }

  private static DigitAnalysis analyse(
      SubTokenizer made,
      SubTokenizer index,
      String corpus,
      TokenSequence tokens,
      LongConsumer counted) {
    long[] counts = TokenCounts.of(tokens, made.vocabularySize(), counted);
    return new DigitAnalysis(
        DigitAnalysis.SCHEMA_VERSION,
        made.hash(),
        corpus,
        tokens.size(),
        entropies(made, counts),
        entropies(index, counts));
  }

  private static List<Double> entropies(SubTokenizer subTokenizer, long[] counts) {
    return Arrays.stream(DigitEntropies.of(subTokenizer, counts)).boxed().toList();
  }

  private static boolean holds(byte[] json, SubTokenizer expected) {
    try {
      return SubTokenizer.fromJson(json).hash().equals(expected.hash());
    } catch (BadInput e) {
      return false;
    }
  }

  private Optional<byte[]> read(String key) throws IOException {
    try {
      return Optional.of(store.read(key));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Stores content that is the only right one for its key: whatever is there is either the same,
   * put by another worker in the meantime, or damaged.
   */
  private byte[] replace(String key, byte[] content) throws IOException {
    if (!store.putIfAbsent(key, content) && !Arrays.equals(store.read(key), content)) {
      store.delete(key);
      store.putIfAbsent(key, content);
    }
    return content;
  }
}
