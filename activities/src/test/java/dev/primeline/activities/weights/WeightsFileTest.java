package dev.primeline.activities.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.model.HostTensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that PyTorch itself wrote: src/test/python/weights_fixtures.py. */
class WeightsFileTest {

  @TempDir Path folder;

  static Path fixture(String name) throws IOException {
    try {
      return Path.of(Objects.requireNonNull(WeightsFileTest.class.getResource(name), name).toURI());
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  /** The fixtures' i-th number. */
  private static float number(int i) {
    return (i * 37 % 101 - 50) / 8f;
  }

  private static float[] numbers(int... at) {
    float[] numbers = new float[at.length];
    for (int i = 0; i < at.length; i++) {
      numbers[i] = number(at[i]);
    }
    return numbers;
  }

  private static float[] firstNumbers(int count) {
    return numbers(IntStream.range(0, count).toArray());
  }

  private static Map<String, HostTensor> read(String name) throws IOException {
    return WeightsFile.read(fixture(name)).tensors().stream()
        .collect(Collectors.toMap(HostTensor::name, Function.identity()));
  }

  private static float[] values(Map<String, HostTensor> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name).values();
  }

  @Test
  void aPublishedCheckpointIsFoundUnderModelWithNamesInOrder() throws IOException {
    List<HostTensor> tensors = WeightsFile.read(fixture("published.pth")).tensors();
    assertThat(tensors).hasSize(17);
    assertThat(tensors.get(0).name()).isEqualTo("transformer.wte.weight");
    assertThat(tensors.get(2).name()).isEqualTo("transformer.h.0.attn.attn.weight");
    assertThat(tensors.get(16).name()).isEqualTo("lm_head.weight");
    for (HostTensor tensor : tensors) {
      assertThat(tensor.values()).as(tensor.name()).isEqualTo(firstNumbers(tensor.values().length));
    }
    assertThat(tensors.get(2).shape()).containsExactly(12, 4);
  }

  @Test
  void aBareStateDictWithItsMetadataIsRead() throws IOException {
    Map<String, HostTensor> tensors = read("module-state.pth");
    assertThat(values(tensors, "weight")).isEqualTo(firstNumbers(6));
    assertThat(values(tensors, "bias")).isEqualTo(firstNumbers(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"kinds.pth", "kinds.safetensors"})
  void halvesAndBfloatsBecomeFloats(String name) throws IOException {
    WeightsFile file = WeightsFile.read(fixture(name));
    Map<String, HostTensor> tensors = read(name);
    for (String kind : List.of("half", "bfloat", "single")) {
      assertThat(values(tensors, kind)).as(kind).isEqualTo(firstNumbers(12));
    }
    assertThat(file.storedAs())
        .containsEntry("half", ElementType.F16)
        .containsEntry("bfloat", ElementType.BF16)
        .containsEntry("single", ElementType.F32);
  }

  @Test
  void subnormalHalvesInfinitiesScalarsAndEmptyTensorsAreRead() throws IOException {
    Map<String, HostTensor> tensors = read("kinds.pth");
    assertThat(values(tensors, "odd-halves"))
        .containsExactly(
            0f,
            -0f,
            0x1p-24f,
            -0x1.ff8p-15f,
            65504f,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            0x1.554p-2f);
    assertThat(values(tensors, "scalar")).containsExactly(2.5f);
    assertThat(values(tensors, "empty")).isEmpty();
  }

  @Test
  void viewsOfAStorageAreMadeContiguous() throws IOException {
    Map<String, HostTensor> tensors = read("views.pth");
    assertThat(values(tensors, "slice")).isEqualTo(numbers(8, 9, 10, 14, 15, 16));
    assertThat(values(tensors, "column")).isEqualTo(numbers(3, 9, 15, 21));
    HostTensor transposed = Objects.requireNonNull(tensors.get("transposed"));
    assertThat(transposed.shape()).containsExactly(6, 4);
    assertThat(transposed.values()).startsWith(numbers(0, 6, 12, 18, 1, 7));
    assertThat(values(tensors, "same")).isEqualTo(values(tensors, "one"));
  }

  @Test
  void wholeNumbersAreReadAndToldFromWeights() throws IOException {
    WeightsFile read = WeightsFile.read(fixture("integers.pth"));
    assertThat(read.tensors().get(0).values()).containsExactly(0, 1, 2);
    assertThat(read.storedAs()).containsEntry("w", ElementType.I64);
    assertThat(ElementType.I64.whole()).isTrue();
    assertThat(ElementType.F32.whole()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "refused-call.pth       | its pickle holds the name posix.system at byte",
        "refused-module.pth     | its pickle holds the name torch.nn.modules.linear.Linear at byte",
        "refused-parameter.pth  | its pickle holds the name torch._utils._rebuild_parameter",
        "refused-old.pth        | expected a file of PyTorch 1.6 or newer",
        "refused-no-tensors.pth | its entry steps is no tensor",
      })
  void whatIsNoStateDictIsRefusedAndNothingIsExecuted(String name, String reason) {
    assertThatThrownBy(() -> WeightsFile.read(fixture(name)))
        .isInstanceOf(DamagedArtifactException.class)
        .hasMessageContaining(name + " is refused: ")
        .hasMessageContaining(reason);
    assertThat(Path.of("hostile-was-here")).doesNotExist();
  }

  /** A copy of a fixture in which some files are others. */
  private Path rewritten(String name, Map<String, byte[]> changes, int method) throws IOException {
    Path copy = folder.resolve("copy.pth");
    try (ZipFile from = new ZipFile(fixture(name).toFile());
        ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(copy))) {
      for (ZipEntry entry : Collections.list(from.entries())) {
        byte[] bytes = from.getInputStream(entry).readAllBytes();
        bytes = changes.getOrDefault(entry.getName(), bytes);
        ZipEntry stored = new ZipEntry(entry.getName());
        CRC32 crc = new CRC32();
        crc.update(bytes);
        stored.setMethod(method);
        stored.setSize(bytes.length);
        stored.setCrc(crc.getValue());
        to.putNextEntry(stored);
        to.write(bytes);
      }
    }
    return copy;
  }

  private void expectRefusal(Path file, String reason) {
    assertThatThrownBy(() -> WeightsFile.read(file))
        .isInstanceOf(DamagedArtifactException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void aZipThatTorchWouldNotWriteIsRefused() throws IOException {
    assertThat(WeightsFile.read(rewritten("views.pth", Map.of(), ZipEntry.STORED)).tensors())
        .hasSize(5);
    expectRefusal(rewritten("views.pth", Map.of(), ZipEntry.DEFLATED), "is compressed");
    expectRefusal(
        rewritten(
            "views.pth",
            Map.of("views/byteorder", "big".getBytes(StandardCharsets.US_ASCII)),
            ZipEntry.STORED),
        "byte order \"big\", expected little");
    expectRefusal(
        rewritten("views.pth", Map.of("views/data/0", new byte[20]), ZipEntry.STORED),
        "storage 0 has 20 bytes, expected 24 numbers of 4");
    expectRefusal(
        rewritten("views.pth", Map.of("views/data.pkl", new byte[5 << 20]), ZipEntry.STORED),
        "has more than 4194304 bytes");
  }

  @Test
  void aNameThatWouldCommandATerminalIsRefused() throws IOException {
    HostTensor named = new HostTensor("w\u001b[2J", new int[] {1}, new float[1]);
    Path file = folder.resolve("named.safetensors");
    WeightsFile.write(file, List.of(named), Map.of());
    expectRefusal(file, "a tensor's name with control characters");
  }

  @Test
  void manyViewsOfOneStorageAreNoWayToAllMemory() throws IOException {
    // A thousand names for the 24 numbers of storage 0, in a file of some thousand bytes.
    StringBuilder pickle = new StringBuilder("\u0080\u0002}(");
    for (int i = 0; i < 9000; i++) {
      pickle.append("X\u0004\0\0\0%04d".formatted(i));
      pickle.append(
          i == 0
              ? "ctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\nFloatStorage\n"
                  + "X\u0001\0\0\u00000X\u0003\0\0\0cpuK\u0018tQK\0K\u0018\u0085K\u0001\u0085tRq\0"
              : "h\0");
    }
    byte[] bytes = pickle.append("u.").toString().getBytes(StandardCharsets.ISO_8859_1);
    Path file = rewritten("views.pth", Map.of("views/data.pkl", bytes), ZipEntry.STORED);
    expectRefusal(file, "has 24 numbers, more than the file holds");
  }

  @Test
  void cutOrChangedFilesAreReadOrRefusedAndNothingElse() throws IOException {
    Random random = new Random(3);
    for (String name : List.of("views.pth", "kinds.pth", "kinds.safetensors")) {
      byte[] whole = Files.readAllBytes(fixture(name));
      for (int i = 0; i < 800; i++) {
        byte[] changed = Arrays.copyOf(whole, whole.length - random.nextInt(2) * i % 300);
        for (int n = random.nextInt(3); n >= 0; n--) {
          changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
        }
        Path file = Files.write(folder.resolve("changed"), changed);
        try {
          assertThat(WeightsFile.read(file).tensors()).isNotNull();
        } catch (DamagedArtifactException refused) {
          assertThat(refused).hasMessageContaining("changed");
        }
      }
    }
  }
}
