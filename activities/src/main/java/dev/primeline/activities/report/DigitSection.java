package dev.primeline.activities.report;

import dev.primeline.activities.report.Table.Column;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.Family;
import java.util.List;

/** How much each digit carries, with a family's own codes and with index order. */
final class DigitSection {

  private static final List<Column> COLUMNS =
      List.of(
          Column.words("family"),
          Column.number("digit"),
          Column.number("own codes"),
          Column.number("index order"));

  private DigitSection() {}

  static void write(Markup html, RunView run) {
    List<RunView.Entry> entries =
        run.entries().stream()
            .filter(entry -> entry.result().ell() > 1)
            .filter(entry -> !own(entry).isEmpty())
            .toList();
    if (entries.isEmpty()) {
      return;
    }
    html.element("h2", "Entropy per digit");
    html.open("figure").open("div", "class", "panels");
    entries.forEach(entry -> panel(html, entry));
    html.close("div");
    html.element(
        "figcaption",
        "Filled: the family's own codes. Hollow: the same digits if codes were token ids in order."
            + " Dashed: the most that a digit of this base can carry. Measured on the training"
            + " tokens. A digit near zero is nearly constant: masking it hides little.");
    html.close("figure");
    values(html, entries);
  }

  private static void panel(Markup html, RunView.Entry entry) {
    Family family = entry.outcome().training().family();
    String id = "digits-" + entry.mark().index();
    html.open("div").element("h3", entry.name());
    DigitChart.draw(
        html,
        new LineChart.Words(
            id,
            "Entropy of each digit of " + entry.name(),
            sums(entry),
            "digit, most significant first",
            "nats"),
        entry.mark(),
        own(entry),
        index(entry),
        Math.log(family.base()));
    html.element("p", sums(entry), "class", "note").close("div");
  }

  private static String sums(RunView.Entry entry) {
    Family family = entry.outcome().training().family();
    String codes =
        "%d digits of base %d, %s codes"
            .formatted(family.ell(), family.base(), FactSection.wireName(family.order()));
    if (family.order() == CodeOrder.INDEX) {
      return "%s: %s nats in sum.".formatted(codes, Numbers.decimals(sum(own(entry)), 3));
    }
    return "%s: %s nats in sum, %s with index order."
        .formatted(
            codes, Numbers.decimals(sum(own(entry)), 3), Numbers.decimals(sum(index(entry)), 3));
  }

  private static void values(Markup html, List<RunView.Entry> entries) {
    html.open("details").element("summary", "Values as a table");
    Table.open(html, "Entropy of each digit, nats", COLUMNS);
    for (RunView.Entry entry : entries) {
      for (int j = 0; j < own(entry).size(); j++) {
        Table.row(
            html,
            COLUMNS,
            List.of(
                entry.name(),
                Integer.toString(j + 1),
                Numbers.nats(own(entry).get(j)),
                j < index(entry).size() ? Numbers.nats(index(entry).get(j)) : Numbers.NONE));
      }
    }
    Table.close(html);
    html.close("details");
  }

  private static List<Double> own(RunView.Entry entry) {
    return entry.outcome().subTokens().digitEntropiesNats();
  }

  private static List<Double> index(RunView.Entry entry) {
    return entry.outcome().subTokens().indexDigitEntropiesNats();
  }

  private static double sum(List<Double> nats) {
    return nats.stream().mapToDouble(Double::doubleValue).sum();
  }
}
