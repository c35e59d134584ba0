package dev.primeline.workers.cli;

import java.util.Map;

/**
 * What the place that standard output goes to can show. Only the launcher can tell a terminal from
 * a pipe on every JDK; it passes on what it saw.
 */
final class Terminal {

  /** Characters in a line of the terminal; absent or empty when output goes elsewhere. */
  static final String COLUMNS = "PRIMELINE_TERMINAL_COLUMNS";

  private static final int NARROWEST = 40;
  private static final int USUAL = 80;

  private Terminal() {}

  /** True when lines can be redrawn in place: a person is watching a terminal. */
  static boolean interactive(Map<String, String> environment) {
    String kind = environment.getOrDefault("TERM", "");
    return !environment.getOrDefault(COLUMNS, "").isEmpty()
        && !kind.isEmpty()
        && !kind.equals("dumb");
  }

  /** False when the user asked for no colour (no-color.org: any value but the empty one). */
  static boolean colours(Map<String, String> environment) {
    return environment.getOrDefault("NO_COLOR", "").isEmpty();
  }

  /** Characters in a line. */
  static int columns(Map<String, String> environment) {
    String columns = environment.getOrDefault(COLUMNS, "");
    return columns.matches("[1-9][0-9]{0,3}")
        ? Math.max(NARROWEST, Integer.parseInt(columns))
        : USUAL;
  }
}
