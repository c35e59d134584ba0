package dev.primeline.activities.generation;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.tokens.CorpusManifest;
import dev.primeline.activities.tokens.PreparedCorpus;
import dev.primeline.activities.tokens.TextTokenizer;
import dev.primeline.activities.tokens.TokenSink;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.Tokenizer;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a model's tokens are read and shown. */
public final class ModelText {
  private static final String MASKED = "\u2591";
  private static final String PARTLY = "\u2592";

  private final @Nullable TextTokenizer tokenizer;
  private final int separator;

  /**
   * @param tokenizer null for the symbols of a synthetic source
   * @param separator the id that ends documents
   */
  public ModelText(@Nullable TextTokenizer tokenizer, int separator) {
    this.tokenizer = tokenizer;
    this.separator = separator;
  }

  /**
   * The text of a training's models.
   *
   * @throws BadInput when the corpus has another vocabulary than the training
   */
  public static ModelText of(ArtifactStore store, TrainingSpec training) throws IOException {
    CorpusManifest corpus = PreparedCorpus.readManifest(store, training.corpus());
    if (corpus.vocabularySize() != training.vocabularySize()) {
      throw new BadInput(
          "%s: a tokenizer of %d tokens, expected the %d that %s was trained with"
              .formatted(
                  training.corpus().key(),
                  corpus.vocabularySize(),
                  training.vocabularySize(),
                  training.family().name()));
    }
    boolean symbols = corpus.tokenizer() == Tokenizer.SYMBOLS;
    return new ModelText(symbols ? null : corpus.textTokenizer(store), training.separator());
  }

  /** False for the symbols of a synthetic source. */
  public boolean words() {
    return tokenizer != null;
  }

  /**
   * The tokens of a document from its beginning; of a synthetic source its symbols, numbers with
   * spaces between them.
   *
   * @throws BadInput when a word is no symbol
   */
  public int[] encode(String text) {
    TextTokenizer codec = tokenizer;
    return codec == null ? symbols(text) : tokens(sink -> codec.encode(text, sink));
  }

  /** The same of text that goes on after other text. */
  public int[] encodeFurther(String text) {
    TextTokenizer codec = tokenizer;
    return codec == null ? symbols(text) : tokens(sink -> codec.encodeFurther(text, sink));
  }

  private interface Encoding {
    void into(TokenSink sink) throws IOException;
  }

  private static int[] tokens(Encoding encoding) {
    List<Integer> tokens = new ArrayList<>();
    try {
      encoding.into(tokens::add);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return tokens.stream().mapToInt(Integer::intValue).toArray();
  }

  private int[] symbols(String text) {
    return Arrays.stream(text.strip().split("\\s+", -1)).mapToInt(this::symbol).toArray();
  }

  private int symbol(String word) {
    if (word.matches("[0-9]{1,9}") && Integer.parseInt(word) < separator) {
      return Integer.parseInt(word);
    }
    throw new BadInput(
        "\"%s\" is no symbol, expected numbers from 0 to %d with spaces between them: the model was trained on a synthetic source"
            .formatted(word, separator - 1));
  }

  /** The text of tokens; a separator is a blank line. */
  public String decode(int[] tokens) {
    return show(Canvas.of(separator, tokens, 0, new int[0], 1));
  }

  /**
   * The text of a canvas, with a sign for each token that is masked and another for one of which
   * some digits are known. Bytes that are no UTF-8 are shown as U+FFFD.
   */
  public String show(Canvas canvas) {
    StringBuilder text = new StringBuilder();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TextTokenizer codec = tokenizer;
    boolean first = true;
    for (int i = 0; i < canvas.length(); i++) {
      int token = canvas.token(i);
      String sign = "";
      if (canvas.mask(i) != 0) {
        sign = canvas.unknown(i) ? MASKED : PARTLY;
      } else if (codec == null) {
        sign = token == separator ? "|" : Integer.toString(token);
      } else if (token == separator) {
        sign = "\n\n";
      } else {
        byte[] more = codec.bytes(token);
        boolean prefixed = first && codec.prefixes() && more.length > 0 && more[0] == ' ';
        bytes.write(more, prefixed ? 1 : 0, more.length - (prefixed ? 1 : 0));
      }
      first = token == separator && canvas.mask(i) == 0;
      if (!sign.isEmpty()) {
        flush(bytes, text);
        text.append(codec == null && i > 0 ? " " : "").append(sign);
      }
    }
    flush(bytes, text);
    return text.toString();
  }

  private static void flush(ByteArrayOutputStream bytes, StringBuilder text) {
    text.append(bytes.toString(StandardCharsets.UTF_8));
    bytes.reset();
  }
}
