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

/** Reads JSONL: one JSON object a line, its text in one field. Blank lines are skipped. */
final class JsonLines {
  private final String name;
  private final String textField;
  private final ObjectReader reader;

  JsonLines(String name, String textField, long longest) {
    this.name = name;
    this.textField = textField;
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
      if (line.isBlank()) {
        continue;
      }
      String text = text(line, lines.line());
      if (!text.isBlank()) {
        documents.accept(new Document(name + ":" + lines.line(), Utf8.wellFormed(text)));
      }
    }
  }

  private String text(String line, long number) {
    JsonNode tree;
    try {
      // Without its end, else a line that breaks off is said to break on the next.
      tree = reader.readTree(line.stripTrailing());
    } catch (JsonProcessingException e) {
      throw bad(number, "broken JSON at column %d".formatted(e.getLocation().getColumnNr()));
    }
    if (!tree.isObject()) {
      throw bad(number, "a JSON value that is no object");
    }
    JsonNode field = tree.get(textField);
    if (field == null) {
      List<String> names = new ArrayList<>();
      tree.fieldNames().forEachRemaining(names::add);
      throw bad(number, "no field \"%s\" among %s".formatted(textField, names));
    }
    if (!field.isTextual()) {
      String type = field.getNodeType().name().toLowerCase(Locale.ROOT);
      throw bad(number, "field \"%s\" is of type %s".formatted(textField, type));
    }
    return field.textValue();
  }

  private BadInput bad(long number, String problem) {
    return new BadInput(
        "%s:%d: %s; expected one JSON object a line with its text as a string in \"%s\""
            .formatted(name, number, problem, textField));
  }
}
