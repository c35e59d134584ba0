package dev.primeline.benchmarks;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.batches.TrainingBatches;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.model.HostTensor;
import dev.primeline.activities.model.Network;
import dev.primeline.activities.model.NetworkSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes what both sides start from, as safetensors: initial weights under their public names,
 * {@code codes} [V], {@code batch.tokens} [n, B, L + 1], {@code batch.masks} [n, B, L] and {@code
 * batch.weights} [n, B]. Arguments: a row as JSON, the file.
 */
public final class InputFile {
  private final Map<String, Object> header = new LinkedHashMap<>();
  private final ByteArrayOutputStream values = new ByteArrayOutputStream();

  private InputFile() {}

  public static void main(String[] arguments) throws IOException {
    Row row = Row.parse(arguments[0]);
    InputFile file = new InputFile();
    NetworkSpec spec = row.network();
    try (Network network = Network.create(spec, EngineSettings.defaults(), Row.SEED)) {
      for (HostTensor tensor : network.snapshot().weights()) {
        file.add(tensor.name(), tensor.values(), tensor.shape());
      }
    }
    file.add("codes", spec.codes(), row.vocabulary());
    file.addBatches(row);
    file.write(Path.of(arguments[1]));
  }

  private void addBatches(Row row) {
    int sequences = Row.BATCHES * row.batch();
    int length = row.shape().length();
    int[] tokens = new int[sequences * (length + 1)];
    int[] masks = new int[sequences * length];
    float[] weights = new float[sequences];
    TrainingBatches batches = row.batches();
    for (int i = 0; i < Row.BATCHES; i++) {
      Batch batch = batches.at(i);
      int first = i * row.batch();
      System.arraycopy(batch.tokens(), 0, tokens, first * (length + 1), batch.tokens().length);
      System.arraycopy(batch.masks(), 0, masks, first * length, batch.masks().length);
      System.arraycopy(batch.weights(), 0, weights, first, batch.weights().length);
    }
    add("batch.tokens", tokens, Row.BATCHES, row.batch(), length + 1);
    add("batch.masks", masks, Row.BATCHES, row.batch(), length);
    add("batch.weights", weights, Row.BATCHES, row.batch());
  }

  private void add(String name, float[] numbers, int... shape) {
    byte[] bytes = new byte[Float.BYTES * numbers.length];
    littleEndian(bytes).asFloatBuffer().put(numbers);
    add(name, "F32", bytes, shape);
  }

  private void add(String name, int[] numbers, int... shape) {
    byte[] bytes = new byte[Integer.BYTES * numbers.length];
    littleEndian(bytes).asIntBuffer().put(numbers);
    add(name, "I32", bytes, shape);
  }

  private void add(String name, String type, byte[] bytes, int... shape) {
    int begin = values.size();
    values.writeBytes(bytes);
    int[] place = {begin, values.size()};
    header.put(name, Map.of("dtype", type, "shape", shape, "data_offsets", place));
  }

  private void write(Path file) throws IOException {
    String text = JsonMapper.builder().build().writeValueAsString(header);
    byte[] json = (text + " ".repeat(-text.length() & 7)).getBytes(StandardCharsets.US_ASCII);
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] length = new byte[Long.BYTES];
      littleEndian(length).putLong(json.length);
      out.write(length);
      out.write(json);
      values.writeTo(out);
    }
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
