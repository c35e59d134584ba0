package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The text to learn from and the text to score.
 *
 * @param uri file, directory or glob, of the workers' machines or {@code s3://bucket/prefix/**}, or
 *     {@code https://} addresses with braces; null for a synthetic source, or when a DAG makes it
 * @param heldout the same for the scored text; null: {@code heldoutFraction} of the documents,
 *     chosen by hash
 * @param tokenizer how text becomes tokens
 * @param split where documents of plain text end
 * @param textField the JSONL field or the Parquet column that holds the text
 * @param heldoutFraction share of the documents held out when {@code heldout} is null, in (0, 0.5]
 * @param synthetic the source to sample from when {@code uri} is null
 * @param tokenizerFile the tokenizer when it is a file; otherwise null, and no key of the JSON
 * @param airflow the DAG that makes the text; null when it is there already, and then no key of the
 *     JSON
 * @param dataset the name that {@code uri} and more was taken from; null for none, and then, as all
 *     keys below, no key of the JSON
 * @param normalization which spelling of characters texts are brought to; null leaves them alone
 * @param duplicates what happens to a text that has been before; null: it is one like any other
 * @param skippable documents at fault (no UTF-8, broken JSON, too long, ...) that are left out and
 *     counted; one more ends the preparation
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CorpusSpec(
    @Nullable String uri,
    @Nullable String heldout,
    Tokenizer tokenizer,
    DocumentSplit split,
    String textField,
    double heldoutFraction,
    @Nullable SyntheticSource synthetic,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable TokenizerFile tokenizerFile,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable AirflowSource airflow,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String dataset,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Normalization normalization,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Duplicates duplicates,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) long skippable) {

  /**
   * Text that is there already, as it is, or a synthetic source, under a tokenizer that needs no
   * file.
   */
  public CorpusSpec(
      @Nullable String uri,
      @Nullable String heldout,
      Tokenizer tokenizer,
      DocumentSplit split,
      String textField,
      double heldoutFraction,
      @Nullable SyntheticSource synthetic) {
    this(
        uri,
        heldout,
        tokenizer,
        split,
        textField,
        heldoutFraction,
        synthetic,
        null,
        null,
        null,
        null,
        null,
        0);
  }

  /**
   * The same with what the DAG made, as if a user had named it.
   *
   * @param madeHeldout the text to score unless {@link #heldout} names one; null for none
   */
  public CorpusSpec producedAt(String madeUri, @Nullable String madeHeldout) {
    return new CorpusSpec(
        madeUri,
        heldout == null ? madeHeldout : heldout,
        tokenizer,
        split,
        textField,
        heldoutFraction,
        synthetic,
        tokenizerFile,
        null,
        dataset,
        normalization,
        duplicates,
        skippable);
  }

  /** Number of token ids, the separator among them. */
  public int vocabularySize() {
    return switch (tokenizer) {
      case BYTES -> 257;
      case GPT2 -> 50257;
      case SYMBOLS -> synthetic == null ? 0 : synthetic.symbols() + 1;
      case FILE -> tokenizerFound().vocabularySize();
    };
  }

  /** The id that stands between documents and at the head of every window. */
  public int separator() {
    return tokenizer == Tokenizer.FILE ? tokenizerFound().separator() : vocabularySize() - 1;
  }

  private TokenizerFile.Found tokenizerFound() {
    TokenizerFile.Found found = tokenizerFile == null ? null : tokenizerFile.found();
    if (found == null) {
      throw new BadInput("corpus.tokenizerFile: not read yet, expected what is known of it");
    }
    return found;
  }
}
