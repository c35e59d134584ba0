package dev.primeline.activities.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.select.Elements;

/** A page as a browser finds it. */
final class WrittenPage {

  private final String html;
  private final Document document;

  private WrittenPage(String html) {
    this.html = html;
    this.document = Jsoup.parse(html);
  }

  /** Writes a study's report and reads its page back. */
  static WrittenPage of(Study study) throws IOException {
    MemoryStore store = new MemoryStore();
    String key = new RunReport(store, study::metrics).write(study.request()).page().key();
    String html = new String(store.read(key), StandardCharsets.UTF_8);
    keepForLooking(study.request().runId(), html);
    return new WrittenPage(html);
  }

  /** With {@code -Dprimeline.pages=<folder>} the pages stay, to be looked at. */
  private static void keepForLooking(String runId, String html) throws IOException {
    String folder = System.getProperty("primeline.pages");
    if (folder != null) {
      String name = runId.replaceAll("[^a-z0-9-]", "_") + ".html";
      Files.writeString(Files.createDirectories(Path.of(folder)).resolve(name), html);
    }
  }

  String html() {
    return html;
  }

  String text() {
    return document.text();
  }

  String title() {
    return document.title();
  }

  Elements select(String css) {
    return document.select(css);
  }

  /** The main table. */
  Element scores() {
    return document.expectFirst("table");
  }

  /** The picture with this name. */
  Element plot(String id) {
    return document.expectFirst("svg:has(> [id=" + id + "-title])");
  }

  List<String> rowHeads(String caption) {
    return document.select("table").stream()
        .filter(table -> table.select("caption").text().equals(caption))
        .flatMap(table -> table.select("tbody th").eachText().stream())
        .toList();
  }

  /** No coordinate or cell is the text of an undefined number. */
  void holdsOnlyNumbers() {
    assertThat(html).doesNotContain("NaN").doesNotContain("Infinity").doesNotContain("null");
    for (Element line : document.select("svg[role=img] line")) {
      for (String attribute : List.of("x1", "x2", "y1", "y2")) {
        assertThat(line.attr(attribute)).matches("-?\\d{1,4}\\.\\d");
      }
    }
  }
}
