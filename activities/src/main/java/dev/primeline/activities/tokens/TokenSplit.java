package dev.primeline.activities.tokens;

import dev.primeline.workflows.artifact.ArtifactRef;
import java.util.List;

/**
 * One side of a prepared corpus.
 *
 * @param shards in order; all but the last hold the same number of tokens
 * @param tokens of all shards, separators included
 * @param documents of all shards
 */
public record TokenSplit(List<ArtifactRef> shards, long tokens, long documents) {

  public TokenSplit {
    shards = List.copyOf(shards);
  }
}
