package dev.primeline.activities.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Names at the ends of lines, pushed apart where lines end close together. */
final class EndLabels {

  /** Pixels from one name to the next. */
  static final double APART = 15;

  private static final int LONGEST = 22;

  /**
   * A name.
   *
   * @param text what to write
   * @param x where its line ends
   * @param y where its line ends
   * @param classes how it looks
   */
  record Label(String text, double x, double y, String classes) {}

  private EndLabels() {}

  /** Pixels that the longest of the names needs. */
  static int width(List<String> names) {
    int longest = names.stream().mapToInt(String::length).max().orElse(0);
    return (int) (32 + 7.4 * Math.min(LONGEST, longest));
  }

  /** Writes the names to the right of {@code x}, each with a leader from its line's end. */
  static void draw(Markup svg, double x, double top, double bottom, List<Label> labels) {
    List<Label> sorted = labels.stream().sorted(Comparator.comparingDouble(Label::y)).toList();
    List<Double> places = spread(sorted.stream().map(Label::y).toList(), top, bottom);
    for (int i = 0; i < sorted.size(); i++) {
      Label label = sorted.get(i);
      Frame.line(svg, "leader", label.x() + 6, label.y(), x + 18, places.get(i));
      Frame.name(svg, "label " + label.classes(), x + 22, places.get(i) + 4, label.text(), LONGEST);
    }
  }

  /** Moves ascending places apart, as little as it takes, and keeps them inside where they fit. */
  static List<Double> spread(List<Double> wanted, double top, double bottom) {
    List<Double> places = new ArrayList<>(wanted);
    double floor = top;
    for (int i = 0; i < places.size(); i++) {
      places.set(i, Math.max(places.get(i), floor));
      floor = places.get(i) + APART;
    }
    double ceiling = bottom;
    for (int i = places.size() - 1; i >= 0; i--) {
      places.set(i, Math.min(places.get(i), ceiling));
      ceiling = places.get(i) - APART;
    }
    return places;
  }
}
