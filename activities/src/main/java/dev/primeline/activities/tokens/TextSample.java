package dev.primeline.activities.tokens;

import dev.primeline.activities.corpus.Document;
import dev.primeline.activities.corpus.TextHash;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The beginning of a document, to show what a corpus holds.
 *
 * @param source where it begins
 * @param text its first characters
 * @param sha256 of all of it
 */
record TextSample(String source, String text, String sha256) {
  private static final int SHOWN = 400;

  /** By hash: the same ones are chosen in whatever order documents are met. */
  private static final Comparator<TextSample> ORDER =
      Comparator.comparing(TextSample::sha256).thenComparing(TextSample::source);

  static final int MOST = 3;

  /** The ones with the smallest hashes of several lists. */
  static List<TextSample> fewest(List<TextSample> some, List<TextSample> more) {
    return Stream.concat(some.stream(), more.stream()).sorted(ORDER).limit(MOST).toList();
  }

  /** Chooses among documents as they go by. */
  static final class Choice {
    private final TreeSet<TextSample> chosen = new TreeSet<>(ORDER);

    void see(Document document) {
      String hash = HexFormat.of().formatHex(TextHash.of(document.text()));
      if (chosen.size() < MOST || hash.compareTo(chosen.last().sha256()) < 0) {
        String text = document.text();
        int end = Math.min(SHOWN, text.length());
        if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
          end--;
        }
        chosen.add(new TextSample(document.source(), text.substring(0, end), hash));
        if (chosen.size() > MOST) {
          chosen.pollLast();
        }
      }
    }

    List<TextSample> chosen() {
      return List.copyOf(chosen);
    }
  }
}
