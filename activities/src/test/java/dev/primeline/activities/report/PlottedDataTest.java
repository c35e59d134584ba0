package dev.primeline.activities.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PlottedDataTest {

  @Test
  void everyPlotHasItsNumbersAsJsonAndAsCsv() throws IOException {
    MemoryStore store = new MemoryStore();
    Study study = Study.quickstart("run-1");
    new RunReport(store, study::metrics).write(study.request());
    JsonNode plotted = new ObjectMapper().readTree(store.read("runs/run-1/report/plotted.json"));
    for (String table : List.of("scores", "levels", "learning", "digits", "maskRatio")) {
      String file = "runs/run-1/report/" + table.replace("maskRatio", "mask-ratio") + ".csv";
      List<String> lines = new String(store.read(file), StandardCharsets.UTF_8).lines().toList();
      JsonNode rows = plotted.get(table);
      assertThat(rows).as(table).isNotEmpty();
      assertThat(lines).hasSize(1 + rows.size());
      String[] names = lines.get(0).split(",", -1);
      for (int i = 0; i < rows.size(); i++) {
        String[] cells = lines.get(i + 1).split(",", -1);
        assertThat(cells).hasSameSizeAs(names);
        for (int c = 0; c < cells.length; c++) {
          JsonNode value = rows.get(i).get(names[c]);
          assertThat(cells[c]).isEqualTo(value.isNull() ? "" : value.asText());
        }
      }
    }
    JsonNode arm = plotted.at("/scores/0");
    assertThat(arm.get("bound").textValue()).isEqualTo("=");
    assertThat(arm.get("high").doubleValue() - arm.get("low").doubleValue())
        .isCloseTo(2 * 1.96 * arm.get("standardError").doubleValue(), within(1e-9));
    assertThat(plotted.get("levels").findValuesAsText("name"))
        .containsExactly("entropy", "unigram");
  }

  @Test
  void cellsWithCommasQuotesOrLinesAreQuoted() {
    assertThat(Csv.of(List.of(List.of("a,b", "c\"d", "e\nf", "NaN", "g"))))
        .isEqualTo("\"a,b\",\"c\"\"d\",\"e\nf\",,g\n");
  }
}
