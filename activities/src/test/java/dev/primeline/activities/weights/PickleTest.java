package dev.primeline.activities.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.activities.weights.Pickle.None;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PickleTest {

  /** Letters stand for themselves, {@code <80>} for a byte in hexadecimal. */
  private static byte[] bytes(String readable) {
    StringBuilder latin = new StringBuilder();
    for (int i = 0; i < readable.length(); i++) {
      if (readable.charAt(i) == '<') {
        latin.append((char) Integer.parseInt(readable.substring(i + 1, i + 3), 16));
        i += 3;
      } else {
        latin.append(readable.charAt(i));
      }
    }
    return latin.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static Object read(String readable) throws Pickle.Refused {
    return Pickle.read(bytes(readable));
  }

  private static byte[] torchsOwn(String name) throws IOException {
    try (ZipFile zip = new ZipFile(WeightsFileTest.fixture(name).toFile())) {
      String root = name.replace(".pth", "");
      return zip.getInputStream(zip.getEntry(root + "/data.pkl")).readAllBytes();
    }
  }

  @Test
  void plainValuesAreRead() throws Pickle.Refused {
    assertThat(read("<80><02>N.")).isEqualTo(None.NONE);
    assertThat(read("<88>.")).isEqualTo(true);
    assertThat(read("K<ff>.")).isEqualTo(255L);
    assertThat(read("M<34><12>.")).isEqualTo(0x1234L);
    assertThat(read("J<fe><ff><ff><ff>.")).isEqualTo(-2L);
    assertThat(read("<8a><00>.")).isEqualTo(0L);
    assertThat(read("<8a><01><80>.")).isEqualTo(-128L);
    assertThat(read("<8a><05><00><00><00><00><01>.")).isEqualTo(1L << 32);
    assertThat(read("G<3f><f8><00><00><00><00><00><00>.")).isEqualTo(1.5);
    assertThat(read("X<02><00><00><00>ab.")).isEqualTo("ab");
    assertThat(read("(K<01>K<02>t.")).isEqualTo(List.of(1L, 2L));
    assertThat(read("](K<01>K<02>e.")).isEqualTo(List.of(1L, 2L));
    assertThat(read("}(K<01>K<02>K<03>K<04>u.")).isEqualTo(Map.of(1L, 2L, 3L, 4L));
    assertThat(read("ccollections<0a>OrderedDict<0a>)R.")).isEqualTo(Map.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<80><02>cposix<0a>system<0a>. | the name posix.system at byte 2, expected only tensors of",
        "c__builtin__<0a>eval<0a>. | the name __builtin__.eval at byte 0",
        "ctorch<0a>BoolStorage<0a>. | the name torch.BoolStorage",
        "ctorch._utils<0a>_rebuild_parameter<0a>. | the name torch._utils._rebuild_parameter",
        "cc<1b>[31m<0a>x<0a>. | the name c?[31m.x at byte 0",
        "<80><09>. | protocol 9 at byte 0, expected 2",
        "<93>. | opcode 0x93 at byte 0, expected one that a state dict needs",
        "N<81>. | opcode 0x81 at byte 1",
        "(iposix<0a>system<0a>. | opcode 0x69 at byte 1",
        "(o. | opcode 0x6f",
        "<82><01>. | opcode 0x82",
        "N2. | opcode 0x32",
        "PX<0a>. | opcode 0x50",
        "X<ff><ff><ff><ff>ab. | 3 bytes at the end of it at byte 0, expected 4294967295 more",
        "X<ff><ff><ff><7f>ab. | expected 2147483647 more",
        "<8a><ff>. | an integer of 255 bytes at byte 0, expected at most 8",
        "h<07>. | the memo's entry 7 at byte 0",
        "j<ff><ff><ff><ff>. | the memo's entry 4294967295",
        "q<01>. | an empty stack",
        ". | an empty stack",
        "K<01><86>. | too few values on the stack at byte 2, expected 2",
        "K<01>(R. | an empty stack",
        "t. | no mark",
        "K<01>K<02>K<03>s. | items at byte 6, expected pairs for a dict",
        "}(K<01>u. | items at byte 4, expected pairs",
        "}]K<01>s. | a key of a dict at byte 4",
        "K<01>K<02>a. | items at byte 4, expected a list",
        ")K<01>a. | items at byte 3, expected a list",
        "NQ. | a persistent id at byte 1, expected the storage of a tensor",
        "N)R. | a call at byte 2",
        "ccollections<0a>OrderedDict<0a>]<85>R. | a call at byte 27",
        "ctorch._utils<0a>_rebuild_tensor_v2<0a>)R. | a call at byte 34",
        "K<01>}b. | a state at byte 3",
        "cabc | expected 1 more",
        "K | 0 bytes at the end of it at byte 0, expected 1 more",
      })
  void whatNoStateDictNeedsIsRefusedWithItsPlace(String pickle, String reason) {
    assertThatThrownBy(() -> read(pickle))
        .isInstanceOf(Pickle.Refused.class)
        .hasMessageContaining(reason);
  }

  @Test
  void containersThatHoldThemselvesOrEachOtherAreNoTrap() throws Pickle.Refused {
    assertThat(read("]q<00>h<00>a.")).isInstanceOf(List.class);
    assertThat(read("}q<00>K<01>h<00>s.")).isInstanceOf(Map.class);
    // Forty lists, each twice in the next: 2^40 leaves for whoever walks them.
    StringBuilder doubling = new StringBuilder("]q<00>");
    for (int i = 0; i < 40; i++) {
      doubling.append("]q<%02x>(h<%02x>h<%02x>e".formatted(i + 1, i, i));
    }
    assertThat((List<?>) read(doubling + ".")).hasSize(2);
  }

  @Test
  void depthIsNoTrap() throws Pickle.Refused {
    byte[] nested = new byte[1_000_001];
    Arrays.fill(nested, (byte) '(');
    Arrays.fill(nested, 500_000, 1_000_000, (byte) 't');
    nested[1_000_000] = '.';
    assertThat(Pickle.read(nested)).isInstanceOf(List.class);
  }

  @Test
  void whatTorchWroteIsATensorAsAViewOfAStorage() throws Exception {
    Map<?, ?> dict = (Map<?, ?>) Pickle.read(torchsOwn("views.pth"));
    Pickle.TensorView slice =
        (Pickle.TensorView) Objects.requireNonNull(dict.get("slice"), "slice");
    assertThat(slice.type()).isEqualTo(ElementType.F32);
    assertThat(slice.elements()).isEqualTo(24);
    assertThat(slice.offset()).isEqualTo(8);
    assertThat(slice.shape()).containsExactly(2, 3);
    assertThat(slice.stride()).containsExactly(6, 1);
  }

  @Test
  void cutOrChangedBytesAreReadOrRefusedAndNothingElse() throws Exception {
    byte[] whole = torchsOwn("published.pth");
    int refused = 0;
    for (int length = 0; length < whole.length; length++) {
      refused += refusal(Arrays.copyOf(whole, length));
    }
    assertThat(refused).isEqualTo(whole.length);
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] changed = whole.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      }
      refused += refusal(changed);
    }
    assertThat(refused).isGreaterThan(whole.length + 1000);
  }

  private static int refusal(byte[] pickle) {
    try {
      Pickle.read(pickle);
      return 0;
    } catch (Pickle.Refused e) {
      assertThat(e.getMessage()).contains(" at byte ", ", expected ");
      return 1;
    }
  }
}
