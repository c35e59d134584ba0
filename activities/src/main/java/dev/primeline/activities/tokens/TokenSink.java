package dev.primeline.activities.tokens;

import java.io.IOException;

/** Takes tokens one at a time, in the order of the text. */
@FunctionalInterface
public interface TokenSink {

  /** Takes one token. */
  void accept(int token) throws IOException;
}
