package dev.primeline.activities.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.model.HostTensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {

  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadBitForBit() throws IOException {
    float[] odd = {1.5f, -0.0f, Float.MIN_VALUE, Float.MAX_VALUE, 3e-39f, (float) Math.PI};
    List<HostTensor> tensors =
        List.of(
            new HostTensor("b", new int[] {2, 3}, odd),
            new HostTensor("a", new int[] {1}, new float[] {7}),
            new HostTensor("none", new int[] {0, 4}, new float[0]));
    Path file = folder.resolve("x.safetensors");
    Safetensors.write(file, tensors, Map.of("format", "pt"));
    Safetensors.Content read = Safetensors.read(file);
    assertThat(read.metadata()).containsEntry("format", "pt");
    assertThat(read.tensors()).usingRecursiveComparison().isEqualTo(tensors);
  }

  @Test
  void largeTensorsCrossTheChunks() throws IOException {
    float[] values = new float[(1 << 20) * 2 + 17];
    for (int i = 0; i < values.length; i++) {
      values[i] = i * 0.37f;
    }
    Path file = folder.resolve("large.safetensors");
    Safetensors.write(
        file, List.of(new HostTensor("w", new int[] {values.length}, values)), Map.of());
    assertThat(Safetensors.read(file).tensors().get(0).values()).isEqualTo(values);
  }

  @Test
  void theBytesAreThoseOfTheFormat() throws IOException {
    Path file = folder.resolve("x.safetensors");
    Safetensors.write(
        file, List.of(new HostTensor("w", new int[] {1}, new float[] {1f})), Map.of());
    String header =
        "{\"__metadata__\":{},\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
    String padded = header + " ".repeat((8 - header.length() % 8) % 8);
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    expected.write(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(padded.length()).array());
    expected.write(padded.getBytes(StandardCharsets.UTF_8));
    expected.write(new byte[] {0, 0, (byte) 0x80, 0x3f});
    assertThat(Files.readAllBytes(file)).isEqualTo(expected.toByteArray());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'w':{'dtype':'I8','shape':[4],'data_offsets':[0,4]}}     | of type I8, expected one of [F32, F16, BF16, I32, I64]
          {'w':{'dtype':'F16','shape':[1],'data_offsets':[0,4]}}    | expected 2 bytes
          {'w':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}    | expected 8 bytes
          {'w':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}    | begins at byte 4, expected 0
          {'w':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}}   | of shape [-1]
          {'w':{'dtype':'F32'}}                                     | without shape
          {'w':                                                     | not JSON
          [1]                                                       | not a JSON object
          {}                                                        | 4 bytes of values, expected 0
          {'w':{'dtype':'F32','shape':[0],'data_offsets':[0,0]},'w':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | Duplicate field 'w'
          {'w':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'v':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | begins at byte 0, expected 4
          {'w':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'v':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | 4 bytes of values, expected 8
          {'w':{'dtype':'F32','shape':[1],'data_offsets':['0','4']}} | whole numbers
          {'w':{'dtype':'F32','shape':[1],'data_offsets':[-4,0]}}    | whole numbers
          {'w':{'dtype':'F32','shape':[1],'data_offsets':[0,99999999999999999999]}} | whole numbers
          {'w':{'dtype':'F32','shape':[1.0],'data_offsets':[0,4]}}   | whole numbers
          {'w':{'dtype':'F32','shape':[2147483647,2147483647,2147483647],'data_offsets':[0,4]}} | expected at most
          {'w':{'dtype':'F32','shape':[1073741825,4],'data_offsets':[0,4]}} | expected at most
          {'w':7}                                                   | of type none
          {'w':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}x   | not JSON
          """)
  void aDamagedFileIsRefusedWithTheReason(String quoted, String reason) throws IOException {
    byte[] json = quoted.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    Path file = Files.write(folder.resolve("bad.safetensors"), bytes.array());
    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(DamagedArtifactException.class)
        .hasMessageContaining("bad.safetensors")
        .hasMessageContaining(reason);
  }

  @Test
  void aCutFileIsRefused() throws IOException {
    Path file = folder.resolve("x.safetensors");
    Safetensors.write(
        file, List.of(new HostTensor("w", new int[] {2}, new float[] {1f, 2f})), Map.of());
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 5, 8, 20, whole.length - 1}) {
      Path cut =
          Files.write(folder.resolve("cut" + length), java.util.Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Safetensors.read(cut)).isInstanceOf(DamagedArtifactException.class);
    }
  }

  @Test
  void aHeaderOfImpossibleLengthIsRefused() throws IOException {
    for (long length : new long[] {-1, 0, 1, 3, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE}) {
      ByteBuffer bytes = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
      bytes.putLong(length).put((byte) '{').put((byte) '}');
      Path file = Files.write(folder.resolve("h" + length), bytes.array());
      assertThatThrownBy(() -> Safetensors.read(file))
          .isInstanceOf(DamagedArtifactException.class)
          .hasMessageContaining("a header of %d bytes in a file of 10", length);
    }
  }

  @Test
  void metadataStandsInOneOrder() throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("z", "1");
    metadata.put("a", "2");
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    Safetensors.write(one, List.of(), metadata);
    Safetensors.write(two, List.of(), new TreeMap<>(metadata));
    assertThat(one).hasSameBinaryContentAs(two);
  }

  @Test
  void tensorsThatNoFileCanHoldAreNotWritten() {
    HostTensor w = new HostTensor("w", new int[] {2}, new float[2]);
    for (List<HostTensor> tensors :
        List.of(
            List.of(w, w),
            List.of(new HostTensor("w", new int[] {3}, new float[2])),
            List.of(new HostTensor("__metadata__", new int[] {1}, new float[1])))) {
      assertThatThrownBy(() -> Safetensors.write(folder.resolve("x"), tensors, Map.of()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(folder.resolve("x")).doesNotExist();
    }
  }
}
