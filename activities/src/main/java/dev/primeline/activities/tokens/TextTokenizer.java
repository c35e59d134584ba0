package dev.primeline.activities.tokens;

import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.Tokenizer;
import java.io.IOException;

/** Turns text into tokens and back: the bytes of a text's tokens, in a row, are its UTF-8 form. */
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
              "corpus.tokenizer: symbols with a text corpus; expected bytes or gpt2 (symbols belong to a synthetic source)");
    };
  }

  /** Hands over a text's tokens, without a separator; memory is bounded whatever its length. */
  void encode(String text, TokenSink tokens) throws IOException;

  /** The UTF-8 bytes a token stands for; none for the separator. */
  byte[] bytes(int token);
}
