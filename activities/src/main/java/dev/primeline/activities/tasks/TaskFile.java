package dev.primeline.activities.tasks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** How the official files of tasks hold their entries. */
enum TaskFile {
  /** A JSON object a line. */
  JSON_LINES {
    @Override
    List<Fields> read(TaskData data, String file) throws IOException {
      List<Fields> entries = new ArrayList<>();
      List<String> lines = lines(data, file);
      for (int i = 0; i < lines.size(); i++) {
        if (!lines.get(i).isBlank()) {
          entries.add(object(file + ":" + (i + 1), lines.get(i)));
        }
      }
      return entries;
    }
  },
  /** JSON_LINES, and beside it {@code NAME-labels.lst} with a label a line. */
  LABELS_BESIDE {
    @Override
    List<Fields> read(TaskData data, String file) throws IOException {
      List<Fields> entries = JSON_LINES.read(data, file);
      String beside = file.replaceFirst("\\.jsonl?$", "") + "-labels.lst";
      List<String> labels = lines(data, beside);
      if (labels.size() != entries.size()) {
        throw new BadInput(
            "%s: %d labels for the %d questions of %s, expected one each"
                .formatted(beside, labels.size(), entries.size(), file));
      }
      List<Fields> labelled = new ArrayList<>();
      for (int i = 0; i < labels.size(); i++) {
        Fields entry = entries.get(i);
        labelled.add(new Fields(entry.place(), entry.entry(), labels.get(i)));
      }
      return labelled;
    }
  },
  /** One JSON list of objects. */
  JSON_LIST {
    @Override
    List<Fields> read(TaskData data, String file) throws IOException {
      JsonNode tree = parse(file, text(data, file));
      if (!tree.isArray()) {
        throw new BadInput("%s: no JSON list, expected a list of objects".formatted(file));
      }
      List<Fields> entries = new ArrayList<>();
      tree.forEach(
          each -> entries.add(new Fields(file + " entry " + (entries.size() + 1), each, null)));
      return entries;
    }
  },
  /** Columns with tabs between them, named by their number from 0. */
  TABS {
    @Override
    List<Fields> read(TaskData data, String file) throws IOException {
      List<Fields> entries = new ArrayList<>();
      List<String> lines = lines(data, file);
      for (int i = 0; i < lines.size(); i++) {
        if (!lines.get(i).isBlank()) {
          ObjectNode entry = JsonNodeFactory.instance.objectNode();
          String[] cells = lines.get(i).split("\t", -1);
          for (int c = 0; c < cells.length; c++) {
            entry.put(Integer.toString(c), cells[c]);
          }
          entries.add(new Fields(file + ":" + (i + 1), entry, null));
        }
      }
      return entries;
    }
  },
  /** A folder of files with a JSON object each, or one such file. */
  JSON_FOLDER {
    @Override
    List<Fields> read(TaskData data, String file) throws IOException {
      List<Fields> entries = new ArrayList<>();
      for (String each : data.texts(file)) {
        entries.add(object(each, text(data, each)));
      }
      return entries;
    }
  },
  /** JSON_LINES by its name, else a text a line, in the field "text". */
  TEXT_LINES {
    @Override
    List<Fields> read(TaskData data, String file) throws IOException {
      if (file.endsWith(".jsonl")) {
        return JSON_LINES.read(data, file);
      }
      List<Fields> entries = new ArrayList<>();
      List<String> lines = lines(data, file);
      for (int i = 0; i < lines.size(); i++) {
        if (!lines.get(i).isBlank()) {
          ObjectNode entry = JsonNodeFactory.instance.objectNode().put("text", lines.get(i));
          entries.add(new Fields(file + ":" + (i + 1), entry, null));
        }
      }
      return entries;
    }
  };

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /**
   * The entries of a file, in order.
   *
   * @throws BadInput naming file and line of what is not as the format says
   */
  abstract List<Fields> read(TaskData data, String file) throws IOException;

  private static Fields object(String place, String text) {
    JsonNode entry = parse(place, text);
    if (!entry.isObject()) {
      throw new BadInput("%s: no JSON object, expected one".formatted(place));
    }
    return new Fields(place, entry, null);
  }

  private static JsonNode parse(String place, String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new BadInput(
          "%s: broken JSON at line %d, column %d of it, expected JSON"
              .formatted(place, e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
    }
  }

  private static List<String> lines(TaskData data, String file) throws IOException {
    return text(data, file).lines().toList();
  }

  /** Strictly UTF-8; a byte order mark is dropped. */
  private static String text(TaskData data, String file) throws IOException {
    byte[] bytes = data.read(file);
    CharBuffer text = CharBuffer.allocate(bytes.length);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, text, true);
    if (result.isError()) {
      long line = 1;
      for (int i = 0; i < in.position(); i++) {
        line += bytes[i] == '\n' ? 1 : 0;
      }
      throw new BadInput(
          "%s:%d: byte 0x%02x is not UTF-8, expected text in UTF-8"
              .formatted(file, line, bytes[in.position()] & 0xFF));
    }
    String whole = text.flip().toString();
    return whole.startsWith("\uFEFF") ? whole.substring(1) : whole;
  }
}
