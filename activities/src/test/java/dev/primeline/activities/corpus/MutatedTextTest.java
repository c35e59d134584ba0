package dev.primeline.activities.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.DocumentSplit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Seeded damage to text that no checksum covers, whole and cut into ranges: what is read is what a
 * plain reading of all the bytes at once gives, and what is not read is counted.
 */
@Timeout(120)
class MutatedTextTest {
  private static final int ROUNDS = 200;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void plainTextIsReadAsItsBytesSayOrRefusedWhereTheyStop(DocumentSplit split) throws IOException {
    Random random = new Random(20261130);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = mutated(plain(random), random);
      Path file = Files.write(folder.resolve("a.txt"), bytes);
      long fault = firstFault(bytes);
      if (fault >= 0) {
        refused++;
        long line =
            1 + new String(bytes, 0, (int) fault, UTF_8).chars().filter(c -> c == '\n').count();
        assertThatThrownBy(() -> read(file, split, new Drops(0)))
            .isInstanceOf(BadInput.class)
            .hasMessageStartingWith("%s:%d: not UTF-8 text: ".formatted(file, line))
            .hasMessageContaining(" at byte %d of the file; expected", fault);
        continue;
      }
      String text = new String(bytes, UTF_8);
      List<String> texts = read(file, split, new Drops(0));
      switch (split) {
        case FILE -> assertThat(texts).containsExactly(text);
        case BLANK_LINE -> assertThat(texts).isEqualTo(betweenBlankLines(text));
        case HEADING -> {
          // A title begins every document but the first, which may be blank and so be none.
          assertThat(String.join("", texts).stripLeading()).isEqualTo(text.stripLeading());
          assertThat(texts.subList(1, texts.size()))
              .allMatch(document -> document.startsWith("# ") || document.strip().startsWith("= "));
        }
      }
    }
    assertThat(refused).isBetween(ROUNDS / 5, ROUNDS * 4 / 5);
  }

  @Test
  void everyLineOfJsonIsADocumentOrACountedFault() throws IOException {
    Random random = new Random(20261201);
    long faults = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = mutated(jsonl(random), random);
      Path file = Files.write(folder.resolve("a.jsonl"), bytes);
      List<String> expected = new ArrayList<>();
      long bad = 0;
      for (byte[] line : lines(bytes)) {
        Optional<String> text = text(line);
        bad += text.isPresent() ? 0 : 1;
        text.filter(read -> !read.isBlank()).ifPresent(expected::add);
      }
      Drops drops = new Drops(Long.MAX_VALUE);
      assertThat(read(file, DocumentSplit.FILE, drops)).isEqualTo(expected);
      assertThat(faults(drops)).isEqualTo(bad);
      if (bad > 0) {
        assertThatThrownBy(() -> read(file, DocumentSplit.FILE, new Drops(0)))
            .isInstanceOf(BadInput.class)
            .hasMessageStartingWith(file + ":");
      }
      faults += bad;
    }
    assertThat(faults).isGreaterThan(ROUNDS);
  }

  private static long faults(Drops drops) {
    return drops.counts().entrySet().stream()
        .filter(entry -> Drops.isFault(entry.getKey()))
        .mapToLong(entry -> entry.getValue())
        .sum();
  }

  /** The file read whole; in ranges it must come to the same. */
  private static List<String> read(Path file, DocumentSplit split, Drops drops) throws IOException {
    List<String> whole = read(file, split, Long.MAX_VALUE, drops);
    Drops again = new Drops(Long.MAX_VALUE);
    assertThat(read(file, split, 300, again)).isEqualTo(whole);
    assertThat(again.counts()).isEqualTo(drops.counts());
    return whole;
  }

  private static List<String> read(Path file, DocumentSplit split, long stretchBytes, Drops drops)
      throws IOException {
    CorpusSources sources = CorpusSources.everywhere();
    List<FileEntry> entries =
        CorpusListing.of(file.toString(), sources)
            .read(0, 1, sources, split, stretchBytes, n -> {});
    TextCorpus corpus =
        TextCorpus.of(file.toString(), entries, sources, new TextRules(split, "text", null));
    List<String> texts = new ArrayList<>();
    for (TextRange range : corpus.ranges(stretchBytes)) {
      corpus.forEach(range, drops, n -> {}, document -> texts.add(document.text()));
    }
    return texts;
  }

  /** Offset of the first byte that is no UTF-8 text; in a line with a NUL byte, of that; or -1. */
  private static long firstFault(byte[] bytes) {
    int nul = 0;
    while (nul < bytes.length && bytes[nul] != 0) {
      nul++;
    }
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    boolean malformed =
        UTF_8.newDecoder().decode(rest, CharBuffer.allocate(bytes.length), true).isError();
    if (!malformed
        || (nul < bytes.length && lineOf(bytes, nul) <= lineOf(bytes, rest.position()))) {
      return nul < bytes.length ? nul : -1;
    }
    return rest.position();
  }

  private static long lineOf(byte[] bytes, int offset) {
    long line = 1;
    for (int i = 0; i < offset; i++) {
      line += bytes[i] == '\n' ? 1 : 0;
    }
    return line;
  }

  private static List<String> betweenBlankLines(String text) {
    List<String> documents = new ArrayList<>();
    StringBuilder document = new StringBuilder();
    for (byte[] bytes : lines(text.getBytes(UTF_8))) {
      String line = new String(bytes, UTF_8);
      if (!line.isBlank()) {
        document.append(line);
      } else if (!document.isEmpty()) {
        documents.add(document.toString());
        document = new StringBuilder();
      }
    }
    if (!document.isEmpty()) {
      documents.add(document.toString());
    }
    return documents;
  }

  /** What a line of JSON holds, blank for a blank line; empty when it is at fault. */
  private static Optional<String> text(byte[] bytes) {
    try {
      String line = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (line.indexOf('\0') >= 0) {
        return Optional.empty();
      }
      if (line.isBlank()) {
        return Optional.of("");
      }
      JsonNode field = JSON.readTree(line).path("text");
      return field.isTextual() ? Optional.of(field.textValue()) : Optional.empty();
    } catch (CharacterCodingException | JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static List<byte[]> lines(byte[] bytes) {
    List<byte[]> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n' || i == bytes.length - 1) {
        lines.add(Arrays.copyOfRange(bytes, start, i + 1));
        start = i + 1;
      }
    }
    return lines;
  }

  private static byte[] plain(Random random) {
    String[] pieces = {
      "word ",
      "zwölf ",
      "\uD83D\uDE00 ",
      "\n",
      "\n",
      "\r\n",
      "\n\n",
      "# One\n",
      "\n = Two = \n",
      "\t"
    };
    StringBuilder text = new StringBuilder("first\n");
    for (int i = 0; i < 300; i++) {
      text.append(pieces[random.nextInt(pieces.length)]);
    }
    // Now and then longer than any buffer.
    text.append("x".repeat(random.nextInt(20) == 0 ? 200_000 : 1)).append("\nlast\n");
    return text.toString().getBytes(UTF_8);
  }

  private static byte[] jsonl(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      text.append("{\"id\": %d, \"text\": \"zwölf \\u00e9 %d\"}\n".formatted(i, random.nextInt()));
    }
    return text.toString().getBytes(UTF_8);
  }

  /** A few bytes changed, put in, taken out, or the end cut off. */
  private static byte[] mutated(byte[] good, Random random) {
    byte[] bytes = good;
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      int at = 1 + random.nextInt(bytes.length - 1);
      byte[] put =
          switch (random.nextInt(6)) {
            case 0 -> new byte[] {(byte) (bytes[at] ^ (1 << random.nextInt(8)))};
            case 1 -> new byte[] {bytes[at], '\n', '\n'};
            case 2 -> new byte[] {(byte) random.nextInt(256), bytes[at]};
            case 3 -> new byte[0];
            case 4 -> Arrays.copyOfRange(bytes, at / 2, at);
            default -> "\u2028\u00a0".getBytes(UTF_8);
          };
      var out = new ByteArrayOutputStream();
      out.write(bytes, 0, at);
      out.writeBytes(put);
      out.write(bytes, at + 1, bytes.length - at - 1);
      bytes = out.toByteArray();
    }
    return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length)) : bytes;
  }
}
