package dev.primeline.activities.report;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.primeline.activities.training.NumericsChange;
import dev.primeline.activities.training.SkippedBatch;
import dev.primeline.workflows.evaluation.FamilyScores.OtherBound;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.Objective;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run's {@code result.json}: a stable contract for other programs.
 *
 * <p>Within one {@code schemaVersion} names and meanings never change and nothing is removed; new
 * names may appear, so readers ignore what they do not know. All likelihoods are nats per scored
 * token on the held-out text (METHOD section 5). A number that is undefined is {@code null} in the
 * file; here it is NaN, or null where a component says so. Enumerations are the names that a
 * specification uses, such as {@code sub-token}.
 *
 * @param schemaVersion {@value #SCHEMA_VERSION}
 * @param runId the workflow id
 * @param corpus what was learned from and scored
 * @param sourceEntropyNatsPerToken mean of -log p* over the scored text; null when no one knows
 * @param unigramNatsPerToken cross entropy of the held-out tokens under add-one training counts
 * @param alarm whether the numbers may be believed
 * @param families one entry per family, in the specification's order
 * @param report URI of the page
 */
@JsonPropertyOrder({
  "schemaVersion",
  "runId",
  "corpus",
  "sourceEntropyNatsPerToken",
  "unigramNatsPerToken",
  "alarm",
  "families",
  "report"
})
public record RunResult(
    int schemaVersion,
    String runId,
    Corpus corpus,
    @Nullable Double sourceEntropyNatsPerToken,
    double unigramNatsPerToken,
    Alarm alarm,
    List<FamilyResult> families,
    String report) {

  /** The version that this code writes. */
  public static final int SCHEMA_VERSION = 1;

  /** What {@code publishedEstimatorNote} always says (METHOD section 2, rule 2). */
  public static final String NOT_A_BOUND = "not a bound";

  public RunResult {
    families = List.copyOf(families);
  }

  /** UTF-8 JSON; equal results give equal bytes. */
  public byte[] json() {
    return ResultJson.write(this);
  }

  /** Reads what {@link #json} wrote, of this or a later minor form. */
  public static RunResult parse(byte[] json) throws IOException {
    return ResultJson.read(json);
  }

  /**
   * The run's text.
   *
   * @param kind text, markov or hmm
   * @param uri the text's address as the user gave it; null for a synthetic source
   * @param heldout the scored text's address; null when it was split off or sampled
   * @param hash identifies the tokens
   * @param trainTokens tokens to learn from, separators included
   * @param heldoutTokens tokens to score, separators included
   * @param trainDocuments documents to learn from
   * @param heldoutDocuments documents to score
   */
  public record Corpus(
      String kind,
      @Nullable String uri,
      @Nullable String heldout,
      String hash,
      long trainTokens,
      long heldoutTokens,
      long trainDocuments,
      long heldoutDocuments) {}

  /**
   * The self-check of METHOD section 2.
   *
   * @param fired true when any check fired: the numbers must not be believed
   * @param messages one sentence per check that fired
   * @param checks every check that was run
   */
  public record Alarm(boolean fired, List<String> messages, List<Check> checks) {
    public Alarm {
      messages = List.copyOf(messages);
      checks = List.copyOf(checks);
    }
  }

  /**
   * One check of one family.
   *
   * @param family whose evaluation ran it
   * @param name oracle, kraft or model
   * @param fired whether it found a contradiction
   * @param detail the measured values in one sentence
   */
  public record Check(String family, String name, boolean fired, String detail) {}

  /**
   * One family's numbers.
   *
   * @param name the family
   * @param ell digits per token
   * @param head what the last layer scores
   * @param objective what training minimised
   * @param parameters trainable numbers
   * @param tokensTrained tokens seen in training, repetitions counted
   * @param bound {@code "="} for an exact likelihood (ARM), {@code "<="} for an upper bound
   * @param nelboNatsPerToken the score
   * @param maskError standard error of the mask draws on this text
   * @param textError standard error over documents or blocks of text
   * @param standardError both together
   * @param perplexity exp of the score
   * @param bitsPerByte of exactly the scored tokens; null without text
   * @param publishedEstimator the papers' joint form; null where undefined
   * @param publishedEstimatorNote {@value #NOT_A_BOUND}: never compare it with a likelihood
   * @param tokensScored tokens counted
   * @param trainTokensPerSecond median over the training's log, scoring and saving excluded; null
   *     when no log was kept
   * @param checkpoint URI of the scored checkpoint's manifest
   * @param weights URI of its {@code model.safetensors}
   * @param skippedBatches batches that the loss guard passed over; empty for most trainings
   * @param numericsChanges what of the fingerprint changed on the way: from that step on the
   *     training went on with the same data, masks and global batch, but not to the same last bits;
   *     empty when it did not
   * @param draws mask draws per window behind the score; 1 for ARM, null where nobody noted it
   * @param maskErrorTarget the share of the score that the mask error was to reach; null where a
   *     number of draws was asked for
   * @param maskErrorReached whether it was; null without a target
   * @param words whitespace-separated words of exactly the scored text; null without text
   * @param wordPerplexity exp of the text's nats per word; null without text
   * @param otherBounds bounds on the likelihoods of other processes, each to be compared with its
   *     own kind alone; empty unless asked for
   */
  public record FamilyResult(
      String name,
      int ell,
      Head head,
      Objective objective,
      long parameters,
      long tokensTrained,
      String bound,
      double nelboNatsPerToken,
      double maskError,
      double textError,
      double standardError,
      double perplexity,
      @Nullable Double bitsPerByte,
      @Nullable Double publishedEstimator,
      String publishedEstimatorNote,
      long tokensScored,
      @Nullable Double trainTokensPerSecond,
      String checkpoint,
      String weights,
      List<SkippedBatch> skippedBatches,
      List<NumericsChange> numericsChanges,
      @Nullable Integer draws,
      @Nullable Double maskErrorTarget,
      @Nullable Boolean maskErrorReached,
      @Nullable Long words,
      @Nullable Double wordPerplexity,
      List<OtherBound> otherBounds) {

    /** Older files lack the lists. */
    public FamilyResult {
      skippedBatches = skippedBatches == null ? List.of() : List.copyOf(skippedBatches);
      numericsChanges = numericsChanges == null ? List.of() : List.copyOf(numericsChanges);
      otherBounds = otherBounds == null ? List.of() : List.copyOf(otherBounds);
    }
  }
}
