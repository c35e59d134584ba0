package dev.primeline.activities.tokens;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.activities.corpus.Holdout;
import dev.primeline.activities.corpus.TextRange;
import dev.primeline.workflows.experiment.CorpusSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that decides the shards of a corpus, and how it is cut.
 *
 * @param spec what was asked for
 * @param hash of everything that decides the tokens
 * @param entries its files
 * @param holdout which documents are scored; null when they are files of their own
 * @param ranges in order; those of files of their own that are scored come first
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record TextPlan(
    CorpusSpec spec,
    String hash,
    TextEntries entries,
    @Nullable Holdout holdout,
    List<Range> ranges) {

  TextPlan {
    ranges = List.copyOf(ranges);
  }

  /** Which corpus a range is of. */
  enum Side {
    TRAIN,
    HELDOUT
  }

  /** A range of one of the two corpora. */
  record Range(Side side, TextRange range) {}

  long bytes() {
    return ranges.stream().mapToLong(range -> range.range().bytes()).sum();
  }
}
