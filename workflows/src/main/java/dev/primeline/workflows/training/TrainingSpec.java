package dev.primeline.workflows.training;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.BranchPoint;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.ModelShape;
import dev.primeline.workflows.experiment.TrainingSettings;
import org.jspecify.annotations.Nullable;

/**
 * One training: all that decides its weights, and how often to save and to look.
 *
 * @param hash identifies the weights to come; see {@code TrainingKey}
 * @param branch {@code main}, or a branch that names its parent checkpoint
 * @param family which row of METHOD section 1
 * @param vocabularySize token ids
 * @param separator the id at the head of every window
 * @param model the backbone
 * @param settings the optimiser's and the loop's
 * @param seed of weights, data order and masks
 * @param corpus manifest of the prepared corpus
 * @param corpusHash the corpus' content
 * @param subTokenizer reference to subtokenizer.json
 * @param subTokenizerHash the bijection
 * @param from the checkpoint that a branch begins from; null on {@code main}, and then no key of
 *     the JSON
 * @param initialWeights model.safetensors before the first step; null for random ones, and then no
 *     key of the JSON
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TrainingSpec(
    String hash,
    String branch,
    Family family,
    int vocabularySize,
    int separator,
    ModelShape model,
    TrainingSettings settings,
    long seed,
    ArtifactRef corpus,
    String corpusHash,
    ArtifactRef subTokenizer,
    String subTokenizerHash,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable BranchPoint from,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ArtifactRef initialWeights) {

  /** A training from random weights. */
  public TrainingSpec(
      String hash,
      String branch,
      Family family,
      int vocabularySize,
      int separator,
      ModelShape model,
      TrainingSettings settings,
      long seed,
      ArtifactRef corpus,
      String corpusHash,
      ArtifactRef subTokenizer,
      String subTokenizerHash) {
    this(
        hash,
        branch,
        family,
        vocabularySize,
        separator,
        model,
        settings,
        seed,
        corpus,
        corpusHash,
        subTokenizer,
        subTokenizerHash,
        null,
        null);
  }

  /** The same weights, to be scored on another text. */
  public TrainingSpec on(CorpusResult text) {
    return new TrainingSpec(
        hash,
        branch,
        family,
        vocabularySize,
        separator,
        model,
        settings,
        seed,
        text.manifest(),
        text.hash(),
        subTokenizer,
        subTokenizerHash,
        from,
        initialWeights);
  }

  /** The same training, by other means. */
  TrainingSpec with(TrainingSettings other) {
    return new TrainingSpec(
        hash,
        branch,
        family,
        vocabularySize,
        separator,
        model,
        other,
        seed,
        corpus,
        corpusHash,
        subTokenizer,
        subTokenizerHash,
        from,
        initialWeights);
  }
}
