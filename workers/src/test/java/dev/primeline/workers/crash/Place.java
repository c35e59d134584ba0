package dev.primeline.workers.crash;

import java.util.List;
import java.util.stream.Stream;

/**
 * The beginning of a method of the product.
 *
 * @param type its class, without {@code dev.primeline.}
 * @param method its name; {@code <init>} for a constructor
 * @param hits how often it is passed until it counts, this time included
 */
record Place(String type, String method, int hits) {

  private static final String ROOT = "dev.primeline.";

  /**
   * Reads {@code activities.checkpoints.Checkpoints.upload#2}; without a number it is the first.
   */
  static Place parse(String text) {
    String[] hits = text.split("#", 2);
    int dot = hits[0].lastIndexOf('.');
    return new Place(
        ROOT + hits[0].substring(0, dot),
        hits[0].substring(dot + 1),
        hits.length == 1 ? 1 : Integer.parseInt(hits[1]));
  }

  /** Places to be passed one after the other. */
  static List<Place> way(String... places) {
    return Stream.of(places).map(Place::parse).toList();
  }
}
