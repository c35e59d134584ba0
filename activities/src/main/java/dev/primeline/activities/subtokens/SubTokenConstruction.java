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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Keeps sub-tokenizers and their analyses in a store. The sub-tokenizer's key is its own hash; an
 * analysis also depends on the corpus, so its key names both. An order that is learnt from a corpus
 * is stored under the corpus, once for every ell and base.
 */
final class SubTokenConstruction {

  private final ArtifactStore store;
  private final StoredFiles files;
  private final TrainingTokens training;
  private final LearntOrders orders;

  SubTokenConstruction(ArtifactStore store, TrainingTokens training) {
    this.store = store;
    this.files = new StoredFiles(store);
    this.training = training;
    this.orders = new LearntOrders(store, training);
  }

  /**
   * Finds or makes both files; damaged ones are made anew. {@link BadInput} when the vocabulary
   * does not fit the family's codes or a token is outside it.
   *
   * @param counted told the number of training tokens counted so far
   */
  SubTokenResult build(SubTokenRequest request, LongConsumer counted) throws IOException {
    SubTokenizer index = codes(request, CodeOrder.INDEX);
    SubTokenizer made = codes(request, counted);
    String folder = "subtokenizers/" + made.hash() + "/";
    String corpus = request.corpus().sha256();
    String analysisKey = folder + StoredFiles.shortened(corpus) + "/analysis.json";

    String key = folder + "subtokenizer.json";
    Optional<byte[]> found = files.read(key).filter(json -> holds(json, made));
    byte[] json = found.isPresent() ? found.get() : files.replace(key, made.toJson());

    Optional<DigitAnalysis> known =
        files.read(analysisKey).flatMap(bytes -> DigitAnalysis.fromJson(bytes, made, corpus));
    DigitAnalysis analysis;
    if (known.isPresent()) {
      analysis = known.get();
    } else {
      analysis = analyse(made, index, corpus, training.open(request.corpus()), counted);
      files.replace(analysisKey, analysis.toJson());
    }
    return new SubTokenResult(
        new ArtifactRef(key, Hashes.sha256(json), json.length),
        made.hash(),
        analysis.digitEntropiesNats(),
        analysis.indexDigitEntropiesNats(),
        found.isPresent() && known.isPresent());
  }

  private SubTokenizer codes(SubTokenRequest request, LongConsumer counted) throws IOException {
    Family family = request.family();
    if (family.order() == CodeOrder.IMPORTED) {
      return GivenCodes.open(store, family, request.vocabularySize());
    }
    if (!family.order().learnt()) {
      return codes(request, family.order());
    }
    return orders
        .find(family.order(), request.corpus(), request.vocabularySize(), counted)
        .subTokenizer(family.base(), family.ell());
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
}
