package dev.primeline.activities.checkpoints;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.model.HostTensor;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The safetensors format (Hugging Face, version 0.4): eight bytes of header length, a JSON header,
 * raw little-endian values. Float32 only. Tensors are written in the order given, so equal states
 * are equal bytes.
 */
final class Safetensors {

  /** The format's own limit. */
  private static final long LARGEST_HEADER = 100_000_000;

  private static final int CHUNK = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private Safetensors() {}

  /**
   * Writes a file and forces it to disk.
   *
   * @param metadata small strings about the whole file
   */
  static void write(Path file, List<HostTensor> tensors, Map<String, String> metadata)
      throws IOException {
    ObjectNode header = JSON.createObjectNode();
    ObjectNode about = header.putObject("__metadata__");
    metadata.forEach(about::put);
    long offset = 0;
    for (HostTensor tensor : tensors) {
      ObjectNode entry = header.putObject(tensor.name());
      entry.put("dtype", "F32");
      var shape = entry.putArray("shape");
      for (int dimension : tensor.shape()) {
        shape.add(dimension);
      }
      long end = offset + 4L * tensor.values().length;
      entry.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      byte[] json = padded(JSON.writeValueAsBytes(header));
      ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      length.putLong(json.length).flip();
      writeFully(out, length);
      writeFully(out, ByteBuffer.wrap(json));
      ByteBuffer chunk = ByteBuffer.allocateDirect(4 * CHUNK).order(ByteOrder.LITTLE_ENDIAN);
      for (HostTensor tensor : tensors) {
        float[] values = tensor.values();
        for (int from = 0; from < values.length; from += CHUNK) {
          int count = Math.min(CHUNK, values.length - from);
          chunk.clear();
          chunk.asFloatBuffer().put(values, from, count);
          chunk.limit(4 * count);
          writeFully(out, chunk);
        }
      }
      out.force(true);
    }
  }

  /** The values begin at a multiple of eight. */
  private static byte[] padded(byte[] json) {
    byte[] padded = java.util.Arrays.copyOf(json, (json.length + 7) / 8 * 8);
    java.util.Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }

  /** What a file holds. */
  record Content(List<HostTensor> tensors, Map<String, String> metadata) {}

  private record Entry(String name, int[] shape, long begin, long end) {}

  /**
   * Reads a file, tensors in the order of their bytes.
   *
   * @throws DamagedArtifactException naming the file and what is wrong with it
   */
  static Content read(Path file) throws IOException {
    try (FileChannel in = FileChannel.open(file)) {
      ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      readFully(in, length, file);
      long headerLength = length.getLong(0);
      if (headerLength < 2 || headerLength > Math.min(LARGEST_HEADER, in.size() - 8)) {
        throw damaged(
            file, "a header of %d bytes in a file of %d".formatted(headerLength, in.size()));
      }
      ByteBuffer json = ByteBuffer.allocate((int) headerLength);
      readFully(in, json, file);
      JsonNode header = parse(json.array(), file);
      long dataLength = in.size() - 8 - headerLength;
      List<Entry> entries = entries(header, dataLength, file);
      List<HostTensor> tensors = new ArrayList<>();
      for (Entry entry : entries) {
        tensors.add(new HostTensor(entry.name(), entry.shape(), values(in, entry, file)));
      }
      Map<String, String> metadata = new java.util.TreeMap<>();
      header
          .path("__metadata__")
          .properties()
          .forEach(property -> metadata.put(property.getKey(), property.getValue().asText()));
      return new Content(tensors, metadata);
    }
  }

  private static JsonNode parse(byte[] json, Path file) throws DamagedArtifactException {
    try {
      JsonNode header = JSON.readTree(new String(json, StandardCharsets.UTF_8));
      if (header != null && header.isObject()) {
        return header;
      }
    } catch (JsonProcessingException e) {
      throw damaged(file, "a header that is not JSON: " + e.getOriginalMessage());
    }
    throw damaged(file, "a header that is not a JSON object");
  }

  /** Entries that cover the data exactly, without gap or overlap, as the format demands. */
  private static List<Entry> entries(JsonNode header, long dataLength, Path file)
      throws DamagedArtifactException {
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> property : header.properties()) {
      if (!property.getKey().equals("__metadata__")) {
        entries.add(entry(property.getKey(), property.getValue(), file));
      }
    }
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long at = 0;
    for (Entry entry : entries) {
      if (entry.begin() != at) {
        throw damaged(
            file,
            "tensor %s begins at byte %d, expected %d".formatted(entry.name(), entry.begin(), at));
      }
      at = entry.end();
    }
    if (at != dataLength) {
      throw damaged(file, "%d bytes of values, expected %d".formatted(dataLength, at));
    }
    return entries;
  }

  private static Entry entry(String name, JsonNode node, Path file)
      throws DamagedArtifactException {
    if (!node.path("dtype").asText().equals("F32")) {
      throw damaged(
          file,
          "tensor %s of type %s, expected F32".formatted(name, node.path("dtype").asText("none")));
    }
    JsonNode shape = node.path("shape");
    JsonNode offsets = node.path("data_offsets");
    if (!shape.isArray() || !offsets.isArray() || offsets.size() != 2) {
      throw damaged(file, "tensor %s without shape or data_offsets".formatted(name));
    }
    int[] dimensions = new int[shape.size()];
    long count = 1;
    for (int i = 0; i < dimensions.length; i++) {
      if (!shape.get(i).canConvertToInt() || shape.get(i).intValue() < 0) {
        throw damaged(file, "tensor %s of shape %s".formatted(name, shape));
      }
      dimensions[i] = shape.get(i).intValue();
      count = Math.multiplyExact(count, dimensions[i]);
    }
    long begin = offsets.get(0).asLong(-1);
    long end = offsets.get(1).asLong(-1);
    if (begin < 0 || end - begin != 4 * count || count > Integer.MAX_VALUE - 8) {
      throw damaged(
          file,
          "tensor %s of shape %s at bytes %s, expected %d bytes"
              .formatted(name, shape, offsets, 4 * count));
    }
    return new Entry(name, dimensions, begin, end);
  }

  private static float[] values(FileChannel in, Entry entry, Path file) throws IOException {
    float[] values = new float[(int) ((entry.end() - entry.begin()) / 4)];
    ByteBuffer chunk = ByteBuffer.allocateDirect(4 * CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < values.length; from += CHUNK) {
      int count = Math.min(CHUNK, values.length - from);
      chunk.clear().limit(4 * count);
      readFully(in, chunk, file);
      chunk.flip();
      chunk.asFloatBuffer().get(values, from, count);
    }
    return values;
  }

  private static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  private static void readFully(FileChannel in, ByteBuffer bytes, Path file) throws IOException {
    while (bytes.hasRemaining()) {
      if (in.read(bytes) < 0) {
        throw damaged(file, new EOFException("the file ends early").getMessage());
      }
    }
  }

  private static DamagedArtifactException damaged(Path file, @Nullable String what) {
    return new DamagedArtifactException("%s is not a safetensors file: %s".formatted(file, what));
  }
}
