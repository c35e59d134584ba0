package dev.primeline.activities.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.DocumentSplit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class PackedFilesTest {
  private static final String LINES = "{\"text\": \"one\"}\n{\"text\": \"zwölf\"}\n";

  @TempDir Path folder;
  private final CorpusSources sources = CorpusSources.everywhere();

  @ParameterizedTest
  @CsvSource({
    "a.jsonl.gz, GZIP, 1",
    "a.json.zst, ZSTD, 1",
    "a.jsonl, ZSTD, 1",
    "part-00000, GZIP, 1",
    "part-00000, NONE, 1",
    "a.gz, NONE, 1",
    "a.txt.gz, GZIP, 0",
    "a.md, ZSTD, 0"
  })
  void packingIsToldByContentAndFormatByNameWhereTheNameSays(
      String name, Packing packing, int jsonl) throws IOException {
    Files.write(folder.resolve(name), pack(packing, LINES));
    assertThat(texts(name)).isEqualTo(jsonl == 1 ? List.of("one", "zwölf") : List.of(LINES));
  }

  @Test
  void aNameThatSaysNothingIsPlainTextUnlessItBeginsWithAnObject() throws IOException {
    for (String text : List.of("{curly} text\n", "{\n", "[1]\n", "\"text\"\n", "{\"a\": 1")) {
      Files.writeString(folder.resolve("corpus"), text);
      FileFormat expected = text.equals("{\"a\": 1") ? FileFormat.JSONL : FileFormat.PLAIN;
      assertThat(file("corpus").format()).as(text).isEqualTo(expected);
    }
    String longLine = "{\"text\": \"" + "x".repeat(200_000) + "\"}\n";
    Files.write(folder.resolve("corpus"), pack(Packing.ZSTD, longLine));
    assertThat(file("corpus").format()).isEqualTo(FileFormat.JSONL);
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZSTD"})
  void filesPutTogetherFromSeveralAreReadToTheirEnd(Packing packing) throws IOException {
    var all = new ByteArrayOutputStream();
    for (int i = 0; i < 40; i++) {
      all.write(pack(packing, "line %d\n".formatted(i)));
    }
    Files.write(folder.resolve("a.txt"), all.toByteArray());
    assertThat(texts("a.txt").get(0)).startsWith("line 0\n").endsWith("line 39\n");
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZSTD"})
  void aFileThatIsCutShortIsRefused(Packing packing) throws IOException {
    byte[] whole = pack(packing, LINES.repeat(1000));
    for (int length : new int[] {whole.length - 1, whole.length / 2, 12}) {
      Files.write(folder.resolve("a.jsonl"), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> texts("a.jsonl"))
          .isInstanceOf(BadInput.class)
          .hasMessage(
              "%s/a.jsonl: cut short: its %s data ends in the middle, after %d bytes; expected the whole file",
              folder, packing.title(), length);
    }
  }

  @Test
  void whatFollowsGzipDataIsNotLost() throws IOException {
    byte[] good = pack(Packing.GZIP, "text\n");
    byte[] bytes = Arrays.copyOf(good, good.length + 3);
    bytes[good.length] = 'x';
    Files.write(folder.resolve("a.txt"), bytes);
    assertThatThrownBy(() -> texts("a.txt"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("a.txt: damaged gzip data before byte")
        .hasMessageEndingWith("; expected a file that unpacks");
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZSTD"})
  void aBombIsRefusedLongBeforeItsEnd(Packing packing) throws IOException {
    long[] unpacked = {0};
    byte[] line = "all work and no play\n".repeat(50_000).getBytes(UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out =
        packing == Packing.GZIP
            ? new GZIPOutputStream(bytes)
            : new com.github.luben.zstd.ZstdOutputStream(bytes)) {
      for (int i = 0; i < 200; i++) {
        out.write(line);
      }
    }
    Files.write(folder.resolve("bomb.txt"), bytes.toByteArray());
    CorpusFile file = file("bomb.txt");
    assertThatThrownBy(
            () -> {
              var packed = new SourceBytes(file, file.source().open(0), n -> {});
              try (InputStream in = new UnpackedInputStream(file, packed, 1 << 20)) {
                byte[] buffer = new byte[1 << 16];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                  unpacked[0] += n;
                }
              }
            })
        .isInstanceOf(BadInput.class)
        .hasMessageMatching(
            ".*/bomb\\.txt: \\d+ bytes of (gzip|zstd) data unpack to more than \\d+ bytes; expected text, which does not shrink to less than 1/250");
    assertThat(unpacked[0]).isLessThan(200L * line.length / 2);
  }

  @Test
  void aPackedLineWithoutEndIsRefusedWhenItIsLongerThanADocumentMayBe() throws IOException {
    Files.write(folder.resolve("a.txt"), pack(Packing.ZSTD, noise(3_000_000)));
    long[] read = {0};
    assertThatThrownBy(
            () ->
                new DocumentReader(DocumentSplit.FILE, "text", 100_000)
                    .read(file("a.txt"), n -> read[0] += n, document -> {}))
        .isInstanceOf(BadInput.class)
        .hasMessage(
            "%s/a.txt:1: the line has more than 100000 bytes; expected shorter lines, or a larger heap (-Xmx)",
            folder);
    assertThat(read[0]).isLessThan(Files.size(folder.resolve("a.txt")) / 2);
  }

  @Test
  void offsetsInAPackedFileAreThoseOfItsText() throws IOException {
    Files.write(folder.resolve("a.txt"), pack(Packing.GZIP, "a\nb\0c"));
    assertThatThrownBy(() -> texts("a.txt"))
        .hasMessage(
            "%s/a.txt:2: not UTF-8 text: a NUL byte at byte 3 of the unpacked file; expected plain text or JSONL in UTF-8",
            folder);
  }

  @Test
  void aPackedFileThatChangesIsSaidToHaveChangedAndNotToBeDamaged() throws IOException {
    byte[] bytes = pack(Packing.GZIP, noise(10_000));
    Files.write(folder.resolve("a.txt"), bytes);
    TextCorpus corpus = corpus("a.txt");
    bytes[bytes.length / 2] ^= 1;
    Files.write(folder.resolve("a.txt"), bytes);
    assertThatThrownBy(() -> corpus.forEach(n -> {}, d -> {}))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("a.txt: changed while it was read");
  }

  /** Seeded: what a damaged file gives is its text or a sentence, and nothing else. */
  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZSTD"})
  void damageNeverGivesWrongText(Packing packing) throws IOException {
    Random random = new Random(20261125);
    byte[] good =
        packing == Packing.GZIP
            ? pack(packing, LINES.repeat(30))
            // zstd's frames carry a checksum when they are asked to, and its own tool asks.
            : zstdWithChecksum(LINES.repeat(30));
    Files.write(folder.resolve("good.jsonl"), good);
    List<String> expected = texts("good.jsonl");
    int refused = 0;
    for (int i = 0; i < 400; i++) {
      byte[] bad = good.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      }
      bad = random.nextInt(4) == 0 ? Arrays.copyOf(bad, random.nextInt(bad.length)) : bad;
      Files.write(folder.resolve("bad.jsonl"), bad);
      try {
        assertThat(texts("bad.jsonl")).isEqualTo(expected);
      } catch (BadInput e) {
        assertThat(e).message().contains("bad.jsonl").doesNotContain("\n");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(300);
  }

  private static byte[] zstdWithChecksum(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new com.github.luben.zstd.ZstdOutputStream(bytes).setChecksum(true)) {
      out.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  static byte[] pack(Packing packing, String text) {
    byte[] plain = text.getBytes(UTF_8);
    return switch (packing) {
      case NONE -> plain;
      case ZSTD -> Zstd.compress(plain);
      case GZIP -> {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
          out.write(plain);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        yield bytes.toByteArray();
      }
    };
  }

  private static String noise(int length) {
    var text = new StringBuilder();
    new Random(7).ints(length, 'a', 'z' + 1).forEach(c -> text.append((char) c));
    return text.toString();
  }

  private CorpusFile file(String name) throws IOException {
    return CorpusFile.of(new LocalFile(folder.resolve(name)), n -> {});
  }

  private TextCorpus corpus(String name) throws IOException {
    return TextCorpus.open(
        folder.resolve(name).toString(), sources, DocumentSplit.FILE, "text", n -> {});
  }

  private List<String> texts(String name) throws IOException {
    List<String> texts = new ArrayList<>();
    corpus(name).forEach(n -> {}, document -> texts.add(document.text()));
    return texts;
  }
}
