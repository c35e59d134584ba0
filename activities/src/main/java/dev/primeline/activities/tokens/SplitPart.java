package dev.primeline.activities.tokens;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.artifact.ArtifactRef;
import java.util.ArrayList;
import java.util.List;

/**
 * One side of a corpus, or of a range of it.
 *
 * @param split its shards
 * @param counts [V], how often each token occurs
 * @param lengths how many documents have 2^i to 2^(i+1) - 1 tokens, the separator included
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record SplitPart(TokenSplit split, List<Long> counts, List<Long> lengths) {

  SplitPart {
    counts = List.copyOf(counts);
    lengths = List.copyOf(lengths);
  }

  /** Adds up parts that follow each other. */
  static final class Sum {
    private final List<ArtifactRef> shards = new ArrayList<>();
    private final long[] counts;
    private final long[] lengths = new long[Long.SIZE];
    private long tokens;
    private long documents;

    Sum(int vocabularySize) {
      counts = new long[vocabularySize];
    }

    void add(SplitPart part) {
      shards.addAll(part.split().shards());
      tokens += part.split().tokens();
      documents += part.split().documents();
      for (int v = 0; v < part.counts().size(); v++) {
        counts[v] += part.counts().get(v);
      }
      for (int i = 0; i < part.lengths().size(); i++) {
        lengths[i] += part.lengths().get(i);
      }
    }

    TokenSplit split() {
      return new TokenSplit(shards, tokens, documents);
    }

    long tokens() {
      return tokens;
    }

    long documents() {
      return documents;
    }

    /** [V]; read only. */
    long[] counts() {
      return counts;
    }

    /** Without the empty ones at the end. */
    List<Long> lengths() {
      return SplitWriter.trimmed(lengths);
    }
  }
}
