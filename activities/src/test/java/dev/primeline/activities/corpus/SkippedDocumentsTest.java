package dev.primeline.activities.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.DocumentSplit;
import dev.primeline.workflows.experiment.Normalization;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is left out of a text, how it is counted, and what the readers make of damage. */
class SkippedDocumentsTest {
  @TempDir Path folder;
  private final CorpusSources sources = CorpusSources.everywhere();

  @Test
  void aDocumentAtFaultIsLeftOutWholeAndItsNeighboursStay() throws IOException {
    Path file = folder.resolve("a.txt");
    Files.write(file, bytes("one\n\ntwo#\nmore\n#again#\n\nthree\n\n \n#\n\nfour\n"));
    Drops drops = new Drops(2);
    assertThat(read(file, DocumentSplit.BLANK_LINE, drops, 100))
        .containsExactly("one\n", "three\n", "four\n");
    assertThat(drops.counts()).isEqualTo(Map.of(DropReason.INVALID_UTF8, 2L));
    assertThat(drops.examples())
        .containsExactly(
            file
                + ":3: not UTF-8 text: byte 0xff at byte 8 of the file; expected plain text or"
                + " JSONL in UTF-8",
            file
                + ":10: not UTF-8 text: byte 0xff at byte 33 of the file; expected plain text or"
                + " JSONL in UTF-8");
  }

  @Test
  void whatIsTooLongIsLeftOutWithoutBeingHeld() throws IOException {
    Path file = folder.resolve("a.txt");
    Files.writeString(file, "one\n\n" + "x".repeat(3_000_000) + "\n\ntwo\n\n" + "y\n".repeat(300));
    Drops drops = new Drops(2);
    assertThat(read(file, DocumentSplit.BLANK_LINE, drops, 100)).containsExactly("one\n", "two\n");
    assertThat(drops.counts()).isEqualTo(Map.of(DropReason.TOO_LONG, 2L));
    Path lines = folder.resolve("a.jsonl");
    Files.writeString(lines, "{\"text\":\"%s\"}\n{\"text\":\"b\"}\n".formatted("a".repeat(500)));
    Drops one = new Drops(1);
    assertThat(read(lines, DocumentSplit.FILE, one, 100)).containsExactly("b");
    assertThat(one.counts()).isEqualTo(Map.of(DropReason.TOO_LONG, 1L));
  }

  @Test
  void anotherEncodingIsAFaultAndNoOtherText() throws IOException {
    Path latin = folder.resolve("latin.jsonl");
    Files.write(
        latin,
        "{\"text\": \"été\"}\n{\"text\": \"plain\"}\n".getBytes(StandardCharsets.ISO_8859_1));
    Path wide = folder.resolve("wide.txt");
    Files.write(wide, "some text\n".getBytes(StandardCharsets.UTF_16LE));
    assertThat(read(latin, DocumentSplit.FILE, new Drops(1), 100)).containsExactly("plain");
    assertThatThrownBy(() -> read(wide, DocumentSplit.FILE, new Drops(0), 100))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("wide.txt:1: not UTF-8 text: a NUL byte at byte 1 of the file");
    Drops drops = new Drops(1);
    assertThat(read(wide, DocumentSplit.FILE, drops, 100)).isEmpty();
    assertThat(drops.counts()).isEqualTo(Map.of(DropReason.NUL_BYTE, 1L));
  }

  @Test
  void textsAreBroughtToTheFormThatWasAskedFor() throws IOException {
    Path file = folder.resolve("a.jsonl");
    Files.writeString(file, "{\"text\":\"e\\u0301\\n\\ufb01 \\uff21\"}\n");
    assertThat(normal(file, Normalization.NFC)).containsExactly("\u00e9\n\ufb01 \uff21");
    assertThat(normal(file, Normalization.NFKC)).containsExactly("\u00e9\nfi A");
    assertThat(normal(file, null)).containsExactly("e\u0301\n\ufb01 \uff21");
  }

  @Test
  void theFirstOfEqualTextsStaysWhereverTheyAre() throws IOException {
    Random random = new Random(5);
    List<DuplicateSearch.Range> ranges = new ArrayList<>();
    List<BitSet> expected = new ArrayList<>();
    Set<Integer> seen = new HashSet<>();
    for (int range = 0; range < 7; range++) {
      Path file = folder.resolve("hashes-" + range);
      BitSet repeated = new BitSet();
      try (DocumentHashes hashes = new DocumentHashes(file, 10)) {
        for (int i = 0; i < 300; i++) {
          int text = random.nextInt(1500);
          repeated.set(i, !seen.add(text));
          hashes.accept(new Document("a", "text " + text));
        }
        ranges.add(new DuplicateSearch.Range(file, hashes.finish()));
      }
      expected.add(repeated);
    }
    assertThat(DuplicateSearch.among(ranges)).isEqualTo(expected);
  }

  /** Damage that a checksum sees must be told; where there is none, other text may come out. */
  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZSTD"})
  @Timeout(60)
  void damagedFilesGiveASentenceOrTheirText(Packing packing) throws IOException {
    Random random = new Random(11);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      text.append("{\"text\": \"number ").append(random.nextInt()).append("\"}\n");
    }
    byte[] good = pack(packing, text.toString());
    Path file = folder.resolve("a.jsonl");
    Files.write(file, good);
    List<String> expected = read(file, DocumentSplit.FILE, new Drops(0), 1 << 20);
    int refused = 0;
    for (int i = 0; i < 400; i++) {
      byte[] bad = good.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        int at = random.nextInt(bad.length);
        bad[at] = (byte) (bad[at] ^ (1 << random.nextInt(8)));
      }
      if (random.nextInt(4) == 0) {
        bad = Arrays.copyOf(bad, random.nextInt(bad.length));
      }
      Files.write(file, bad);
      List<String> texts = new ArrayList<>();
      try {
        read(file, DocumentSplit.FILE, new Drops(0), 1 << 20, texts);
        // Nothing but what no checksum covers, such as the time in gzip's header, was changed.
        assertThat(texts).isIn(expected, List.of());
      } catch (BadInput said) {
        refused++;
        assertThat(said).hasMessageContaining(file.toString());
        assertThat(said.getMessage()).contains("expected").doesNotContain("\n");
      }
    }
    assertThat(refused).isGreaterThan(300);
  }

  private List<String> read(Path file, DocumentSplit split, Drops drops, long longest)
      throws IOException {
    List<String> texts = new ArrayList<>();
    read(file, split, drops, longest, texts);
    return texts;
  }

  private static void read(
      Path file, DocumentSplit split, Drops drops, long longest, List<String> texts)
      throws IOException {
    new DocumentReader(split, "text", longest)
        .read(
            CorpusFile.of(new LocalFile(file), n -> {}),
            drops,
            n -> {},
            document -> texts.add(document.text()));
  }

  private List<String> normal(Path file, @Nullable Normalization form) throws IOException {
    CorpusListing listing = CorpusListing.of(file.toString(), sources);
    List<FileEntry> entries =
        listing.read(0, 1, sources, DocumentSplit.FILE, Long.MAX_VALUE, n -> {});
    List<String> texts = new ArrayList<>();
    TextCorpus.of(
            file.toString(), entries, sources, new TextRules(DocumentSplit.FILE, "text", form))
        .forEach(n -> {}, document -> texts.add(document.text()));
    return texts;
  }

  /** Each # is a byte that no UTF-8 has. */
  private static byte[] bytes(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = bytes[i] == '#' ? (byte) 0xff : bytes[i];
    }
    return bytes;
  }

  private static byte[] pack(Packing packing, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (packing == Packing.ZSTD) {
      var out = new ByteArrayOutputStream();
      try (var zstd = new com.github.luben.zstd.ZstdOutputStream(out).setChecksum(true)) {
        zstd.write(bytes);
      }
      return out.toByteArray();
    }
    var out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }
}
