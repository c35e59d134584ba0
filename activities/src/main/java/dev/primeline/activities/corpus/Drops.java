package dev.primeline.activities.corpus;

import dev.primeline.workflows.experiment.BadInput;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts what is left out of a corpus, and ends the reading when too much of it is at fault. */
public final class Drops {
  /** So many sentences are kept, to show what the faults were. */
  private static final int MOST_EXAMPLES = 3;

  private final long skippable;
  private final Map<DropReason, Long> counts = new EnumMap<>(DropReason.class);
  private final List<String> examples = new ArrayList<>();
  private long faults;

  /**
   * @param skippable documents at fault that may be left out; 0 for none
   */
  public Drops(long skippable) {
    this.skippable = skippable;
  }

  /** One more document is left out that is not at fault: it is blank, or a duplicate. */
  public void count(DropReason reason) {
    counts.merge(reason, 1L, Long::sum);
  }

  /**
   * One more document is at fault, and is left out.
   *
   * @throws BadInput the sentence itself where none may be, another one where more were than may
   */
  void fault(DropReason reason, BadInput sentence) {
    if (skippable == 0) {
      throw sentence;
    }
    count(reason);
    faults++;
    String example = String.valueOf(sentence.getMessage());
    if (examples.size() < MOST_EXAMPLES) {
      examples.add(example);
    }
    requireFew(faults, skippable, counts, example);
  }

  /** Refuses more faults than a corpus may have. */
  public static void requireFew(
      long faults, long skippable, Map<DropReason, Long> counts, String example) {
    if (faults > skippable) {
      throw new BadInput(
          "corpus: %d documents are at fault (%s), and corpus.skippable allows %d; such as: %s"
              .formatted(faults, words(counts), skippable, example));
    }
  }

  private static String words(Map<DropReason, Long> counts) {
    return String.join(
        ", ",
        counts.entrySet().stream()
            .filter(entry -> isFault(entry.getKey()))
            .map(entry -> "%s: %d".formatted(entry.getKey().words(), entry.getValue()))
            .toList());
  }

  /** Whether a reason is the document's fault, and not the way of things. */
  public static boolean isFault(DropReason reason) {
    return reason != DropReason.BLANK && reason != DropReason.DUPLICATE;
  }

  /** How many for each reason, in the order of the reasons. */
  public Map<DropReason, Long> counts() {
    return new EnumMap<>(counts);
  }

  /** What was wrong with the first ones that were at fault. */
  public List<String> examples() {
    return List.copyOf(examples);
  }
}
