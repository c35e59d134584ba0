package dev.primeline.activities.tokens;

import dev.primeline.activities.artifacts.DamagedArtifactException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** A memory-mapped shard of a split. Immutable and safe for several threads. */
final class TokenShard {
  private final ByteBuffer bytes;
  private final int idBytes;
  private final int tokens;
  private final int documents;

  private TokenShard(ByteBuffer bytes, int idBytes, int tokens, int documents) {
    this.bytes = bytes;
    this.idBytes = idBytes;
    this.tokens = tokens;
    this.documents = documents;
  }

  /**
   * Maps a shard and verifies it.
   *
   * @throws DamagedArtifactException when the file is no shard, is cut short, or its checksum does
   *     not match
   */
  static TokenShard open(Path file) throws IOException {
    ByteBuffer bytes;
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      require(size >= ShardFormat.HEADER_BYTES + ShardFormat.FOOTER_BYTES, file, "too short");
      require(size <= Integer.MAX_VALUE, file, "too long");
      bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, size).order(ByteOrder.LITTLE_ENDIAN);
    }
    byte[] magic = new byte[ShardFormat.MAGIC.length];
    bytes.get(0, magic);
    require(Arrays.equals(magic, ShardFormat.MAGIC), file, "no token shard");
    int version = bytes.getInt(8);
    require(version == ShardFormat.VERSION, file, "format version " + version);
    int idBytes = bytes.getInt(12);
    require(idBytes == 2 || idBytes == 4, file, "ids of %d bytes".formatted(idBytes));
    int size = bytes.limit();
    long tokens = bytes.getLong(size - ShardFormat.FOOTER_BYTES);
    long documents = bytes.getLong(size - ShardFormat.FOOTER_BYTES + Long.BYTES);
    long body = (long) size - ShardFormat.HEADER_BYTES - ShardFormat.FOOTER_BYTES;
    boolean counted =
        tokens >= 0
            && documents >= 0
            && tokens <= body
            && documents <= body
            && body == tokens * idBytes + documents * Integer.BYTES;
    require(counted, file, "%d tokens and %d documents".formatted(tokens, documents));
    var checksum = new CRC32C();
    checksum.update(bytes.slice(0, size - ShardFormat.CHECKSUM_BYTES));
    long stored = bytes.getLong(size - ShardFormat.CHECKSUM_BYTES);
    require(stored == checksum.getValue(), file, "checksum does not match");
    return new TokenShard(bytes, idBytes, (int) tokens, (int) documents);
  }

  int tokens() {
    return tokens;
  }

  /** Documents that begin in this shard. */
  int documents() {
    return documents;
  }

  int at(int index) {
    int position = ShardFormat.HEADER_BYTES + index * idBytes;
    return idBytes == 2 ? Short.toUnsignedInt(bytes.getShort(position)) : bytes.getInt(position);
  }

  /** Index within the shard of the first token of a document that begins in it. */
  int documentStart(int document) {
    return bytes.getInt(ShardFormat.HEADER_BYTES + tokens * idBytes + document * Integer.BYTES);
  }

  private static void require(boolean holds, Path file, String problem)
      throws DamagedArtifactException {
    if (!holds) {
      throw new DamagedArtifactException(
          "%s: %s; expected a token shard of format version %d"
              .formatted(file, problem, ShardFormat.VERSION));
    }
  }
}
