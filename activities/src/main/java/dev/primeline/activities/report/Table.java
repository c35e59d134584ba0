package dev.primeline.activities.report;

import java.util.List;

/** Tables of the page. */
final class Table {

  /** A column: its heading and how it is set, which is a class of the style sheet. */
  record Column(String heading, String classes) {
    static Column words(String heading) {
      return new Column(heading, "words");
    }

    static Column number(String heading) {
      return new Column(heading, "number");
    }
  }

  private Table() {}

  /** Opens a table with its caption and head; rows follow, then {@link #close}. */
  static void open(Markup html, String caption, List<Column> columns) {
    html.open("div", "class", "scroll").open("table").element("caption", caption);
    html.open("thead").open("tr");
    columns.forEach(c -> html.element("th", c.heading(), "scope", "col", "class", c.classes()));
    html.close("tr").close("thead").open("tbody");
  }

  static void close(Markup html) {
    html.close("tbody").close("table").close("div");
  }

  /** A row of plain cells; the first is the row's head. */
  static void row(Markup html, List<Column> columns, List<String> cells) {
    html.open("tr");
    for (int i = 0; i < cells.size(); i++) {
      if (i == 0) {
        html.element("th", cells.get(0), "scope", "row", "class", columns.get(0).classes());
      } else {
        html.element("td", cells.get(i), "class", columns.get(i).classes());
      }
    }
    html.close("tr");
  }

  /** A row whose head is a family with its mark. */
  static void row(Markup html, Mark mark, List<Column> columns, List<String> cells) {
    html.open("tr").open("th", "scope", "row", "class", "names");
    html.open("svg", "class", "key", "viewBox", "0 0 12 12", "aria-hidden", "true");
    mark.draw(html, 6, 6, 4.5, "dot");
    html.close("svg").text(cells.get(0)).close("th");
    for (int i = 1; i < cells.size(); i++) {
      html.element("td", cells.get(i), "class", columns.get(i).classes());
    }
    html.close("tr");
  }

  /** Two columns: name and value. */
  static void facts(Markup html, String caption, List<Fact> facts) {
    html.open("div", "class", "scroll")
        .open("table", "class", "facts")
        .element("caption", caption)
        .open("tbody");
    for (Fact fact : facts) {
      html.open("tr").element("th", fact.name(), "scope", "row").open("td");
      if (fact.kind() == Fact.Kind.CODE) {
        html.element("code", fact.value());
      } else {
        html.text(fact.value());
      }
      html.close("td").close("tr");
    }
    close(html);
  }

  /** A name and its value. */
  record Fact(String name, String value, Kind kind) {
    enum Kind {
      WORDS,
      CODE
    }

    static Fact of(String name, String value) {
      return new Fact(name, value, Kind.WORDS);
    }

    /** A value to copy: a hash, an address. */
    static Fact code(String name, String value) {
      return new Fact(name, value, Kind.CODE);
    }
  }
}
