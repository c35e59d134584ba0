package dev.primeline.activities.tokens;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.Tokenizer;
import dev.primeline.workflows.experiment.TokenizerFile;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Turns text into tokens and back: the bytes of a text's tokens, in a row, are its UTF-8 form, or
 * with {@link #prefixes} a space and that.
 */
public interface TextTokenizer {

  /**
   * The tokenizer of a name.
   *
   * @throws BadInput for {@code symbols}, which are no text
   */
  static TextTokenizer of(Tokenizer name) {
    return switch (name) {
      case BYTES -> new ByteTokenizer();
      case GPT2 -> new Gpt2Tokenizer();
      case SYMBOLS ->
          throw new BadInput(
              "corpus.tokenizer: symbols with a text corpus; expected bytes or gpt2 (symbols belong"
                  + " to a synthetic source)");
      case FILE -> throw new BadInput("corpus.tokenizerFile: missing, expected a file");
    };
  }

  /**
   * The tokenizer of a name, or of a file that is kept in a store.
   *
   * @param file the file, with the name {@code file} alone
   * @throws BadInput for {@code symbols}, which are no text, or when the file does not fit
   */
  static TextTokenizer of(Tokenizer name, TokenizerFile.@Nullable Found file, ArtifactStore store)
      throws IOException {
    return file == null ? of(name) : FileTokenizer.open(store, file);
  }

  /** Hands over the tokens of a document from its beginning, without a separator. */
  void encode(String text, TokenSink tokens) throws IOException;

  /** Hands over the tokens of text that goes on after other text. */
  default void encodeFurther(String text, TokenSink tokens) throws IOException {
    encode(text, tokens);
  }

  /** Whether the first token of a document stands for a space before its text, too. */
  default boolean prefixes() {
    return false;
  }

  /** The UTF-8 bytes a token stands for; none for the separator. */
  byte[] bytes(int token);
}
