package dev.primeline.activities.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.activities.model.HostTensor;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The JSON at the head of a safetensors file. What {@link #parse} returns may be trusted: the
 * tensors cover the values exactly, without gap, overlap or a name that stands twice.
 *
 * @param entries in the order of their bytes
 * @param metadata small strings about the whole file
 */
record SafetensorsHeader(List<Entry> entries, Map<String, String> metadata) {

  private static final String METADATA = "__metadata__";

  /** The longest Java array that every JVM makes. */
  static final long MOST_VALUES = Integer.MAX_VALUE - 8;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Where a tensor's bytes are, counted from the first value. */
  record Entry(String name, ElementType type, int[] shape, long begin, long end) {}

  /** Says what is wrong with a header. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    private Malformed(String message) {
      super(message);
    }
  }

  /** Lays tensors out one after the other. */
  static SafetensorsHeader of(List<HostTensor> tensors, Map<String, String> metadata) {
    List<Entry> entries = new ArrayList<>();
    Set<String> names = new HashSet<>(Set.of(METADATA));
    long offset = 0;
    for (HostTensor tensor : tensors) {
      long count = Arrays.stream(tensor.shape()).asLongStream().reduce(1, Math::multiplyExact);
      if (!names.add(tensor.name()) || count != tensor.values().length) {
        throw new IllegalArgumentException(
            "tensor %s of shape %s with %d values, expected a name of its own and %d values"
                .formatted(
                    tensor.name(), Arrays.toString(tensor.shape()), tensor.values().length, count));
      }
      entries.add(
          new Entry(
              tensor.name(),
              ElementType.F32,
              tensor.shape(),
              offset,
              offset + Float.BYTES * count));
      offset += Float.BYTES * count;
    }
    return new SafetensorsHeader(entries, new TreeMap<>(metadata));
  }

  /** The JSON, filled up with spaces so that the values begin at a multiple of eight. */
  byte[] bytes() throws JsonProcessingException {
    ObjectNode header = JSON.createObjectNode();
    ObjectNode about = header.putObject(METADATA);
    metadata.forEach(about::put);
    for (Entry entry : entries) {
      ObjectNode node = header.putObject(entry.name());
      node.put("dtype", entry.type().name());
      var shape = node.putArray("shape");
      Arrays.stream(entry.shape()).forEach(shape::add);
      node.putArray("data_offsets").add(entry.begin()).add(entry.end());
    }
    byte[] json = JSON.writeValueAsBytes(header);
    byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }

  /**
   * Reads a header.
   *
   * @param dataLength bytes of values in the file
   */
  static SafetensorsHeader parse(byte[] json, long dataLength) throws Malformed {
    JsonNode header = tree(json);
    List<Entry> entries = new ArrayList<>();
    Map<String, String> metadata = new TreeMap<>();
    for (Map.Entry<String, JsonNode> property : header.properties()) {
      if (property.getKey().equals(METADATA)) {
        property
            .getValue()
            .properties()
            .forEach(p -> metadata.put(p.getKey(), p.getValue().asText()));
      } else {
        entries.add(entry(property.getKey(), property.getValue()));
      }
    }
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long at = 0;
    for (Entry entry : entries) {
      if (entry.begin() != at) {
        throw new Malformed(
            "tensor %s begins at byte %d, expected %d".formatted(entry.name(), entry.begin(), at));
      }
      at = entry.end();
    }
    if (at != dataLength) {
      throw new Malformed("%d bytes of values, expected %d".formatted(dataLength, at));
    }
    return new SafetensorsHeader(List.copyOf(entries), metadata);
  }

  private static JsonNode tree(byte[] json) throws Malformed {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
      JsonNode header = JSON.readTree(text);
      if (header != null && header.isObject()) {
        return header;
      }
    } catch (JsonProcessingException e) {
      throw new Malformed("a header that is not JSON: " + e.getOriginalMessage());
    } catch (CharacterCodingException e) {
      throw new Malformed("a header that is not UTF-8");
    }
    throw new Malformed("a header that is not a JSON object");
  }

  private static Entry entry(String name, JsonNode node) throws Malformed {
    String dtype = node.path("dtype").asText("none");
    ElementType type =
        ElementType.ofSafetensors(dtype)
            .orElseThrow(
                () ->
                    new Malformed(
                        "tensor %s of type %s, expected one of %s"
                            .formatted(name, dtype, Arrays.toString(ElementType.values()))));
    JsonNode shape = node.path("shape");
    JsonNode offsets = node.path("data_offsets");
    if (!shape.isArray() || !offsets.isArray() || offsets.size() != 2) {
      throw new Malformed("tensor %s without shape or data_offsets".formatted(name));
    }
    int[] dimensions = new int[shape.size()];
    for (int i = 0; i < dimensions.length; i++) {
      dimensions[i] = (int) whole(name + " of shape", shape, i, Integer.MAX_VALUE);
    }
    long bytes = type.bytes() * count(name, dimensions);
    long begin = whole(name + " at bytes", offsets, 0, Long.MAX_VALUE);
    long end = whole(name + " at bytes", offsets, 1, Long.MAX_VALUE);
    if (end - begin != bytes) {
      throw new Malformed(
          "tensor %s of shape %s at bytes %s, expected %d bytes"
              .formatted(name, shape, offsets, bytes));
    }
    return new Entry(name, type, dimensions, begin, end);
  }

  private static long whole(String place, JsonNode array, int at, long most) throws Malformed {
    JsonNode number = array.get(at);
    if (!number.isIntegralNumber()
        || !number.canConvertToLong()
        || number.longValue() < 0
        || number.longValue() > most) {
      throw new Malformed(
          "tensor %s %s, expected whole numbers from 0 to %d".formatted(place, array, most));
    }
    return number.longValue();
  }

  private static long count(String name, int[] shape) throws Malformed {
    if (Arrays.stream(shape).anyMatch(d -> d == 0)) {
      return 0;
    }
    long count = 1;
    for (int dimension : shape) {
      if (count > MOST_VALUES / dimension) {
        throw new Malformed(
            "tensor %s of shape %s, expected at most %d values"
                .formatted(name, Arrays.toString(shape), MOST_VALUES));
      }
      count *= dimension;
    }
    return count;
  }
}
