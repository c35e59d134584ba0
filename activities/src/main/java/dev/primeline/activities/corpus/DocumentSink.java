package dev.primeline.activities.corpus;

import java.io.IOException;

/** Takes documents one at a time, in the order of the corpus. */
@FunctionalInterface
public interface DocumentSink {

  /** Takes one document; nobody keeps it afterwards. */
  void accept(Document document) throws IOException;
}
