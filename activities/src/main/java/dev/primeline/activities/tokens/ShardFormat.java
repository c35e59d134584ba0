package dev.primeline.activities.tokens;

/**
 * The layout of a shard file; all numbers are little-endian.
 *
 * <pre>
 * 8 bytes        "PRIMETOK"
 * int32          format version, 1
 * int32          bytes per id, 2 or 4 (unsigned)
 * n ids          the tokens
 * d int32        index within the shard of the first token of each document that begins in it
 * int64, int64   n, d
 * int64          CRC-32C of everything before it
 * </pre>
 *
 * The counts come last so that a shard is written in one pass.
 */
final class ShardFormat {
  static final byte[] MAGIC = {'P', 'R', 'I', 'M', 'E', 'T', 'O', 'K'};
  static final int VERSION = 1;
  static final int HEADER_BYTES = 16;
  static final int FOOTER_BYTES = 24;
  static final int CHECKSUM_BYTES = 8;

  /** 64 MiB of two-byte ids: small enough to map, to upload and to verify at a time. */
  static final int TOKENS_PER_SHARD = 1 << 25;

  private ShardFormat() {}

  static int idBytes(int vocabularySize) {
    return vocabularySize <= 1 << 16 ? 2 : 4;
  }
}
