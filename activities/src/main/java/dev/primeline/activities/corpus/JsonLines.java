package dev.primeline.activities.corpus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads JSONL: one JSON object a line, its text in one field. Blank lines are skipped. */
final class JsonLines {
  private final String name;
  private final String textField;
  private final Drops drops;
  private final ObjectReader reader;

  JsonLines(String name, String textField, long longest, Drops drops) {
    this.name = name;
    this.textField = textField;
    this.drops = drops;
    var constraints =
        StreamReadConstraints.builder()
            .maxStringLength((int) Math.min(Integer.MAX_VALUE, longest))
            .build();
    this.reader =
        JsonMapper.builder(JsonFactory.builder().streamReadConstraints(constraints).build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .reader();
  }

  void read(Utf8Lines lines, DocumentSink documents) throws IOException {
    for (String line = lines.next(); line != null; line = lines.next()) {
      lines.documentBegins();
      if (line.isBlank()) {
        continue;
      }
      String text = text(line, lines.line());
      if (text == null) {
        continue;
      }
      if (text.isBlank()) {
        drops.count(DropReason.BLANK);
        continue;
      }
      documents.accept(new Document(name + ":" + lines.line(), Utf8.wellFormed(text)));
    }
  }

  /** Null for a line at fault that may be left out. */
  private @Nullable String text(String line, long number) {
    JsonNode tree;
    try {
      // Without its end, else a line that breaks off is said to break on the next.
      tree = reader.readTree(line.stripTrailing());
    } catch (JsonProcessingException e) {
      String problem = "broken JSON at column %d".formatted(e.getLocation().getColumnNr());
      drops.fault(DropReason.BROKEN_JSON, bad(number, problem));
      return null;
    }
    if (!tree.isObject()) {
      drops.fault(DropReason.BROKEN_JSON, bad(number, "a JSON value that is no object"));
      return null;
    }
    JsonNode field = tree.get(textField);
    if (field == null) {
      List<String> names = new ArrayList<>();
      tree.fieldNames().forEachRemaining(names::add);
      String problem = "no field \"%s\" among %s".formatted(textField, names);
      drops.fault(DropReason.NO_TEXT, bad(number, problem));
      return null;
    }
    if (!field.isTextual()) {
      String type = field.getNodeType().name().toLowerCase(Locale.ROOT);
      String problem = "field \"%s\" is of type %s".formatted(textField, type);
      drops.fault(DropReason.NO_TEXT, bad(number, problem));
      return null;
    }
    return field.textValue();
  }

  private BadInput bad(long number, String problem) {
    return new BadInput(
        "%s:%d: %s; expected one JSON object a line with its text as a string in \"%s\""
            .formatted(name, number, problem, textField));
  }
}
