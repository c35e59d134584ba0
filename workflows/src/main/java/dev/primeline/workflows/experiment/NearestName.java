package dev.primeline.workflows.experiment;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what a mistyped name most likely meant. */
public final class NearestName {

  private NearestName() {}

  /** {@code ; did you mean "x"?} or the list of what is known, ready to end a sentence with. */
  public static String hint(String typed, Collection<String> known) {
    return nearest(typed, known)
        .map(name -> "; did you mean \"" + name + "\"?")
        .orElseGet(() -> "; known are " + String.join(", ", known));
  }

  /** The known name within a third of its length in edits, if there is one. */
  static Optional<String> nearest(String typed, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(name -> edits(typed, name)))
        .filter(name -> edits(typed, name) <= Math.max(2, name.length() / 3));
  }

  private static int edits(String a, String b) {
    String from = a.toLowerCase(java.util.Locale.ROOT);
    String to = b.toLowerCase(java.util.Locale.ROOT);
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int substitution = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitution, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
