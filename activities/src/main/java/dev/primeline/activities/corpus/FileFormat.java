package dev.primeline.activities.corpus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** How a file's bytes hold documents once they are unpacked. */
enum FileFormat {
  /** UTF-8 text. */
  PLAIN,
  /** One JSON object a line. */
  JSONL,
  /** A document a row, never packed as a whole; told by its first bytes. */
  PARQUET;

  private static final JsonMapper JSON = new JsonMapper();

  /** How many unpacked bytes are looked at. */
  private static final int HEAD = 1 << 16;

  private static final int MAGIC = ParquetTexts.MAGIC.length;

  /**
   * {@code .jsonl}, {@code .json}, {@code .txt} and {@code .md}, before {@code .gz} or {@code
   * .zst}, say what they hold; a Parquet file says so itself. Under any other name a file whose
   * first line is a JSON object is JSONL, and the rest plain text.
   *
   * @param head the first bytes of the file
   */
  static FileFormat of(String name, Packing packing, byte[] head) {
    if (packing == Packing.NONE && head.length >= MAGIC && begins(head)) {
      return PARQUET;
    }
    String plainName = name.toLowerCase(Locale.ROOT).replaceFirst("\\.(gz|gzip|zst|zstd)$", "");
    if (plainName.endsWith(".jsonl") || plainName.endsWith(".json")) {
      return JSONL;
    }
    if (plainName.endsWith(".txt") || plainName.endsWith(".md")) {
      return PLAIN;
    }
    return beginsWithObject(unpacked(packing, head)) ? JSONL : PLAIN;
  }

  private static boolean begins(byte[] head) {
    return Arrays.equals(head, 0, MAGIC, ParquetTexts.MAGIC, 0, MAGIC);
  }

  /** What unpacks from the head of a file; damage is told by whoever reads it whole. */
  private static String unpacked(Packing packing, byte[] head) {
    byte[] text = new byte[HEAD];
    int length = 0;
    try (InputStream in = packing.unpack(new ByteArrayInputStream(head))) {
      for (int n = 0; n >= 0 && length < HEAD; n = in.read(text, length, HEAD - length)) {
        length += n;
      }
    } catch (IOException endsInTheMiddle) {
      // The head of a file does.
    }
    return new String(text, 0, length, StandardCharsets.UTF_8);
  }

  private static boolean beginsWithObject(String text) {
    String first = text.stripLeading();
    int end = first.indexOf('\n');
    if (end < 0) {
      return first.startsWith("{") && first.substring(1).stripLeading().startsWith("\"");
    }
    try {
      return first.startsWith("{") && JSON.readTree(first.substring(0, end)).isObject();
    } catch (JsonProcessingException e) {
      return false;
    }
  }
}
