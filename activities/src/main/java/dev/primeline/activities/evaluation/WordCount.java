package dev.primeline.activities.evaluation;

import dev.primeline.activities.batches.HeldoutWindows;
import dev.primeline.activities.tokens.PreparedCorpus;
import dev.primeline.activities.tokens.TextTokenizer;

/**
 * Words of exactly the scored text: maximal runs of bytes without ASCII white space (space, tab,
 * line feed, vertical tab, form feed, carriage return), as WikiText's words are set apart. A
 * separator between documents ends a word. A word that the end of the scored text cuts counts as
 * one.
 */
final class WordCount {

  private WordCount() {}

  /**
   * Counts them.
   *
   * @param text the tokenizer of the corpus
   */
  static long of(HeldoutWindows windows, TextTokenizer text, PreparedCorpus corpus) {
    int separator = corpus.separator();
    byte[][] bytes = new byte[corpus.vocabularySize()][];
    long words = 0;
    boolean inside = false;
    for (int w = 0; w < windows.count(); w++) {
      int[] tokens = new int[windows.length(w)];
      windows.copy(w, tokens, 0);
      for (int token : tokens) {
        if (token == separator) {
          inside = false;
          continue;
        }
        if (bytes[token] == null) {
          bytes[token] = text.bytes(token);
        }
        for (byte b : bytes[token]) {
          boolean space = b == ' ' || (b >= '\t' && b <= '\r');
          if (!space && !inside) {
            words++;
          }
          inside = !space;
        }
      }
    }
    return words;
  }
}
