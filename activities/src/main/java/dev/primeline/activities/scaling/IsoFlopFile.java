package dev.primeline.activities.scaling;

import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Reads points from a CSV file whose first line names its columns: {@code family}, {@code flops},
 * {@code parameters}, {@code tokens} and the loss {@code nats}, in any order, besides others.
 * {@code tokens_6ND} and {@code loss_nats} are read too.
 */
public final class IsoFlopFile {

  private IsoFlopFile() {}

  /**
   * All points, in the order of the file.
   *
   * @throws BadInput naming file, line, column, value and expectation
   */
  public static List<IsoFlopPoint> read(Path file) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (MalformedInputException e) {
      throw new BadInput(file + ": not UTF-8 text, expected a CSV file");
    }
    if (lines.isEmpty()) {
      throw new BadInput(file + ": empty, expected a line of column names and points");
    }
    List<String> header = cells(lines.get(0));
    int family = column(file, header, List.of("family"));
    int flops = column(file, header, List.of("flops"));
    int parameters = column(file, header, List.of("parameters"));
    int tokens = column(file, header, List.of("tokens", "tokens_6ND"));
    int nats = column(file, header, List.of("nats", "loss_nats"));
    int training = header.indexOf("training");
    List<IsoFlopPoint> points = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      if (lines.get(i).isBlank()) {
        continue;
      }
      String where = "%s:%d".formatted(file, i + 1);
      List<String> row = cells(lines.get(i));
      if (row.size() != header.size()) {
        throw new BadInput(
            "%s: %d columns, expected %d".formatted(where, row.size(), header.size()));
      }
      points.add(
          new IsoFlopPoint(
              row.get(family),
              number(where, "flops", row.get(flops)),
              number(where, "parameters", row.get(parameters)),
              number(where, "tokens", row.get(tokens)),
              number(where, "nats", row.get(nats)),
              training < 0 || row.get(training).isEmpty() ? null : row.get(training)));
    }
    if (points.isEmpty()) {
      throw new BadInput(file + ": no points, expected a line for each training");
    }
    return points;
  }

  private static List<String> cells(String line) {
    return Arrays.stream(line.split(",", -1)).map(String::strip).toList();
  }

  private static int column(Path file, List<String> header, List<String> names) {
    for (String name : names) {
      if (header.contains(name)) {
        return header.indexOf(name);
      }
    }
    throw new BadInput(
        "%s:1: no column %s, expected family, flops, parameters, tokens and nats"
            .formatted(file, names.get(0)));
  }

  private static double number(String where, String column, String cell) {
    try {
      double value = Double.parseDouble(cell.toLowerCase(Locale.ROOT));
      if (value > 0 && !Double.isInfinite(value)) {
        return value;
      }
    } catch (NumberFormatException notOne) {
      // Said below.
    }
    throw new BadInput("%s: %s \"%s\", expected a positive number".formatted(where, column, cell));
  }
}
