package dev.primeline.activities.tokens;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Writes one shard file in one pass; it is valid once {@link #finish} has returned. */
final class TokenShardWriter implements Closeable {
  private final Path file;
  private final FileChannel channel;
  private final CRC32C checksum = new CRC32C();
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
  private final int idBytes;
  private int[] starts = new int[16];
  private int documents;
  private int tokens;

  TokenShardWriter(Path file, int idBytes) throws IOException {
    this.file = file;
    this.channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    this.idBytes = idBytes;
    buffer.put(ShardFormat.MAGIC).putInt(ShardFormat.VERSION).putInt(idBytes);
  }

  /** The next token is the first of a document. */
  void startDocument() {
    if (documents == starts.length) {
      starts = Arrays.copyOf(starts, 2 * documents);
    }
    starts[documents++] = tokens;
  }

  void add(int token) throws IOException {
    room(idBytes);
    if (idBytes == 2) {
      buffer.putShort((short) token);
    } else {
      buffer.putInt(token);
    }
    tokens++;
  }

  int tokens() {
    return tokens;
  }

  int documents() {
    return documents;
  }

  void finish() throws IOException {
    for (int i = 0; i < documents; i++) {
      room(Integer.BYTES);
      buffer.putInt(starts[i]);
    }
    room(2 * Long.BYTES);
    buffer.putLong(tokens).putLong(documents);
    flush();
    buffer.putLong(checksum.getValue());
    flush();
    close();
  }

  private void room(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      flush();
    }
  }

  private void flush() throws IOException {
    buffer.flip();
    checksum.update(buffer.duplicate());
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException e) {
      throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
    }
    buffer.clear();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
