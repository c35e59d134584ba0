package dev.primeline.activities.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Comma-separated values, RFC 4180 with a newline alone; what is undefined is an empty cell. */
public final class Csv {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Csv() {}

  /** Equal records, a line each, under the names of their JSON form; nothing for none. */
  static byte[] of(List<? extends Record> records) {
    List<List<String>> lines = new ArrayList<>();
    try {
      for (JsonNode line : JSON.readTree(ResultJson.write(records))) {
        if (lines.isEmpty()) {
          List<String> names = new ArrayList<>();
          line.fieldNames().forEachRemaining(names::add);
          lines.add(names);
        }
        List<String> cells = new ArrayList<>();
        line.forEach(cell -> cells.add(cell.isNull() ? "" : cell.asText()));
        lines.add(cells);
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return of(lines).getBytes(StandardCharsets.UTF_8);
  }

  /** Lines of cells, headings first; the text {@code NaN} is an undefined number. */
  public static String of(Iterable<List<String>> lines) {
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      text.append(line.stream().map(Csv::cell).collect(Collectors.joining(","))).append('\n');
    }
    return text.toString();
  }

  private static String cell(String text) {
    if (text.equals("NaN")) {
      return "";
    }
    return text.matches("[^\",\r\n]*") ? text : "\"" + text.replace("\"", "\"\"") + "\"";
  }
}
