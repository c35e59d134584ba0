package dev.primeline.activities.weights;

import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.model.HostTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The safetensors format (Hugging Face, version 0.4): eight bytes of header length, a JSON header,
 * raw little-endian values. It writes float32 and reads every {@link ElementType} as that. Tensors
 * are written in the order given and metadata by name, so equal states are equal bytes.
 */
public final class Safetensors {

  /** The format's own limit. */
  private static final long LARGEST_HEADER = 100_000_000;

  /** Values copied at once. */
  private static final int CHUNK = 1 << 20;

  private Safetensors() {}

  /**
   * What a file holds.
   *
   * @param tensors in the order of their bytes
   * @param storedAs what the numbers of each tensor are in the file, by its name
   * @param metadata small strings about the whole file
   */
  public record Content(
      List<HostTensor> tensors, Map<String, ElementType> storedAs, Map<String, String> metadata) {}

  /**
   * Writes a new file and forces it to disk.
   *
   * @param metadata small strings about the whole file
   */
  public static void write(Path file, List<HostTensor> tensors, Map<String, String> metadata)
      throws IOException {
    byte[] header = SafetensorsHeader.of(tensors, metadata).bytes();
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      writeFully(out, littleEndian(ByteBuffer.allocate(8)).putLong(header.length).flip());
      writeFully(out, ByteBuffer.wrap(header));
      ByteBuffer chunk = littleEndian(ByteBuffer.allocateDirect(Float.BYTES * CHUNK));
      for (HostTensor tensor : tensors) {
        float[] values = tensor.values();
        for (int from = 0; from < values.length; from += CHUNK) {
          int count = Math.min(CHUNK, values.length - from);
          chunk.clear();
          chunk.asFloatBuffer().put(values, from, count);
          writeFully(out, chunk.limit(Float.BYTES * count));
        }
      }
      out.force(true);
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Reads a file.
   *
   * @throws DamagedArtifactException naming the file and what is wrong with it
   */
  public static Content read(Path file) throws IOException {
    try (FileChannel in = FileChannel.open(file)) {
      SafetensorsHeader header = header(in, file);
      ByteBuffer chunk = littleEndian(ByteBuffer.allocateDirect(Float.BYTES * CHUNK));
      List<HostTensor> tensors = new ArrayList<>();
      Map<String, ElementType> storedAs = new HashMap<>();
      for (SafetensorsHeader.Entry entry : header.entries()) {
        int width = entry.type().bytes();
        float[] values = new float[(int) ((entry.end() - entry.begin()) / width)];
        for (int from = 0; from < values.length; from += CHUNK) {
          int count = Math.min(CHUNK, values.length - from);
          readFully(in, chunk.clear().limit(width * count), file);
          entry.type().read(chunk.flip(), values, from, count);
        }
        tensors.add(new HostTensor(entry.name(), entry.shape(), values));
        storedAs.put(entry.name(), entry.type());
      }
      return new Content(tensors, storedAs, header.metadata());
    }
  }

  private static SafetensorsHeader header(FileChannel in, Path file) throws IOException {
    ByteBuffer length = littleEndian(ByteBuffer.allocate(8));
    readFully(in, length, file);
    long bytes = length.getLong(0);
    if (bytes < 2 || bytes > Math.min(LARGEST_HEADER, in.size() - 8)) {
      throw damaged(file, "a header of %d bytes in a file of %d".formatted(bytes, in.size()));
    }
    ByteBuffer json = ByteBuffer.allocate((int) bytes);
    readFully(in, json, file);
    try {
      return SafetensorsHeader.parse(json.array(), in.size() - 8 - bytes);
    } catch (SafetensorsHeader.Malformed e) {
      throw damaged(file, String.valueOf(e.getMessage()));
    }
  }

  private static ByteBuffer littleEndian(ByteBuffer buffer) {
    return buffer.order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  private static void readFully(FileChannel in, ByteBuffer bytes, Path file) throws IOException {
    while (bytes.hasRemaining()) {
      if (in.read(bytes) < 0) {
        throw damaged(file, "it ends early");
      }
    }
  }

  private static DamagedArtifactException damaged(Path file, String what) {
    return new DamagedArtifactException("%s is not a safetensors file: %s".formatted(file, what));
  }
}
