package dev.primeline.activities.report;

import dev.primeline.activities.report.Table.Column;
import dev.primeline.activities.report.Table.Fact;
import dev.primeline.activities.tokens.CorpusCard;
import java.util.ArrayList;
import java.util.List;

/** What the corpus is made of: sizes, lengths, what was left out, samples, sources. */
final class CardSection {

  private static final int MOST_SOURCES = 20;

  private static final List<Column> SIDES =
      List.of(
          Column.words("side"),
          Column.number("documents"),
          Column.number("tokens"),
          Column.number("bytes of text"),
          Column.number("bytes per token"));

  private static final List<Column> LENGTHS =
      List.of(
          Column.words("tokens in a document"),
          Column.number("to learn from"),
          Column.number("to score"));

  private static final List<Column> SOURCES =
      List.of(Column.words("file"), Column.number("bytes"), Column.words("SHA-256"));

  private CardSection() {}

  static void write(Markup html, CorpusCard card) {
    html.element("h2", "Corpus card");
    Table.open(html, "The two sides", SIDES);
    side(html, "to learn from", card.train());
    side(html, "to score", card.heldout());
    Table.close(html);
    lengths(html, card);
    Table.facts(html, "How it was made", facts(card));
    for (String fault : card.faults()) {
      html.element("p", "Left out: " + fault, "class", "note");
    }
    samples(html, card);
    sources(html, card);
  }

  private static void side(Markup html, String name, CorpusCard.Side side) {
    Table.row(
        html,
        SIDES,
        List.of(
            name,
            Numbers.count(side.documents()),
            Numbers.count(side.tokens()),
            Numbers.count(side.textBytes()),
            Numbers.plain((double) side.textBytes() / Math.max(1, side.tokens()), 3)));
  }

  private static void lengths(Markup html, CorpusCard card) {
    List<Long> train = card.train().lengths();
    List<Long> heldout = card.heldout().lengths();
    Table.open(html, "How long documents are, the separator included", LENGTHS);
    for (int i = 0; i < Math.max(train.size(), heldout.size()); i++) {
      long fewest = 1L << i;
      String tokens =
          i == 0 ? "1" : "%s to %s".formatted(Numbers.count(fewest), Numbers.count(2 * fewest - 1));
      Table.row(html, LENGTHS, List.of(tokens, documents(train, i), documents(heldout, i)));
    }
    Table.close(html);
  }

  private static String documents(List<Long> lengths, int i) {
    return i < lengths.size() ? Numbers.count(lengths.get(i)) : "0";
  }

  private static List<Fact> facts(CorpusCard card) {
    List<Fact> facts = new ArrayList<>();
    if (card.dataset() != null) {
      facts.add(Fact.of("dataset", card.dataset()));
    }
    facts.add(
        Fact.of("licence", card.licence() == null ? "nobody has stated one" : card.licence()));
    facts.add(
        Fact.of(
            "normal form",
            card.normalization() == null
                ? "characters as they were"
                : card.normalization().name()));
    facts.add(
        Fact.of(
            "equal texts",
            card.duplicates() == null ? "kept, however often they occur" : "only the first stays"));
    card.dropped()
        .forEach(
            (reason, count) ->
                facts.add(Fact.of("left out: " + reason.words(), Numbers.count(count))));
    if (card.dropped().isEmpty()) {
      facts.add(Fact.of("left out", "nothing"));
    }
    return facts;
  }

  private static void samples(Markup html, CorpusCard card) {
    for (CorpusCard.Sample sample : card.samples()) {
      html.element("p", "Begins so: " + sample.source(), "class", "note");
      html.element("blockquote", sample.text());
    }
  }

  private static void sources(Markup html, CorpusCard card) {
    int shown = Math.min(MOST_SOURCES, card.sources().size());
    String caption =
        shown == card.sources().size()
            ? "Every file that was read"
            : "The first %d of %s files that were read; the card names all"
                .formatted(shown, Numbers.count(card.sources().size()));
    Table.open(html, caption, SOURCES);
    for (CorpusCard.Source source : card.sources().subList(0, shown)) {
      Table.row(
          html, SOURCES, List.of(source.name(), Numbers.count(source.bytes()), source.sha256()));
    }
    Table.close(html);
  }
}
