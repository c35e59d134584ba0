package dev.primeline.activities.tokens;

/**
 * How a corpus is cut. What is made must not depend on who makes it, so these are constants of the
 * format and no settings; tests take smaller ones.
 *
 * @param rangeBytes of files, packed as they are: what one step reads
 * @param mostRanges of a corpus; a longer one has longer ranges
 * @param stretchBytes after which a file may be cut
 * @param tokensPerShard of all shards of a range but the last
 */
record CorpusSizes(long rangeBytes, int mostRanges, long stretchBytes, int tokensPerShard) {

  /**
   * A range takes half a minute of GPT-2's tokenizer on a core; that much is lost with a worker.
   */
  static final CorpusSizes STANDARD =
      new CorpusSizes(256L << 20, 4096, 64L << 20, ShardFormat.TOKENS_PER_SHARD);

  /** What a range of a corpus of so many bytes reads. */
  long rangeBytes(long corpusBytes) {
    return Math.max(rangeBytes, corpusBytes / mostRanges + 1);
  }

  /** Whether a corpus is one range, with nothing to divide among workers. */
  boolean small(long corpusBytes) {
    return corpusBytes <= rangeBytes;
  }
}
