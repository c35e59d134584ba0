package dev.primeline.activities.corpus;

import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.Normalization;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Optional;

/**
 * Brings texts to one of Unicode's normal forms, line by line: no character composes across a line
 * end, so the lines' forms are the text's. A text that grows beyond what a document may have (NFKC
 * can multiply it by 18) is at fault.
 */
final class TextNormalizer {
  private final Form form;
  private final long longest;

  TextNormalizer(Normalization normalization, long longest) {
    this.form =
        switch (normalization) {
          case NFC -> Form.NFC;
          case NFKC -> Form.NFKC;
        };
    this.longest = longest;
  }

  /** The document with its text in that form; empty when it was at fault and may be left out. */
  Optional<Document> apply(Document document, Drops drops) {
    String text = document.text();
    if (Normalizer.isNormalized(text, form)) {
      return Optional.of(document);
    }
    var normal = new StringBuilder(text.length());
    for (int start = 0; start < text.length(); ) {
      int newline = text.indexOf('\n', start);
      int end = newline < 0 ? text.length() : newline + 1;
      normal.append(Normalizer.normalize(text.substring(start, end), form));
      start = end;
      if (normal.length() > longest) {
        drops.fault(
            DropReason.TOO_LONG,
            new BadInput(
                "%s: the document has more than %d characters in form %s; expected shorter documents, or a larger heap (-Xmx)"
                    .formatted(document.source(), longest, form)));
        return Optional.empty();
      }
    }
    return Optional.of(new Document(document.source(), normal.toString()));
  }
}
