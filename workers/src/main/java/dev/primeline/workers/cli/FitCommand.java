package dev.primeline.workers.cli;

import dev.primeline.activities.report.ComparisonPage.Rows;
import dev.primeline.activities.scaling.IsoFlopFile;
import dev.primeline.activities.scaling.IsoFlopPoint;
import dev.primeline.activities.scaling.ScalingAnalysis;
import dev.primeline.activities.scaling.ScalingTables;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.NearestName;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code primeline fit}: scaling laws from a file of points. */
@Command(
    name = "fit",
    mixinStandardHelpOptions = true,
    description = {
      "Fits what trainings at several compute budgets and sizes say: a parabola per budget, its"
          + " minimum N*(C), the law L(N, D) = E + A/N^alpha + B/D^beta, and how much more compute"
          + " one family needs than another for equal loss; each with an interval of 95 %.",
      "",
      "The file has a line of column names and a line per training: family, flops, parameters,"
          + " tokens, nats. What the points do not identify is said after the tables."
    },
    footerHeading = "%nExample:%n",
    footer = "  primeline fit points.csv --families arm,mdm")
final class FitCommand implements Callable<Integer> {

  @Parameters(paramLabel = "FILE.csv", description = "The points.")
  private Path file = Path.of("");

  @Option(
      names = "--families",
      paramLabel = "NAME",
      split = ",",
      description = "Which families to look at. Default: all of the file.")
  private List<String> families = new ArrayList<>();

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new BadInput(file + ": not there, expected a CSV file of points");
    }
    ScalingAnalysis analysis = ScalingAnalysis.of(chosen(IsoFlopFile.read(file)));
    PrintWriter out = command.commandLine().getOut();
    for (Rows rows : ScalingTables.of(analysis)) {
      TextTable.print(rows, out);
    }
    analysis.warnings().forEach(warning -> out.println("note: " + warning));
    out.flush();
    return ExitCode.OK;
  }

  private List<IsoFlopPoint> chosen(List<IsoFlopPoint> points) {
    List<String> known = points.stream().map(IsoFlopPoint::family).distinct().toList();
    for (String family : families) {
      if (!known.contains(family)) {
        throw new BadInput(
            "--families: %s has no \"%s\"%s"
                .formatted(file, family, NearestName.hint(family, known)));
      }
    }
    return points.stream()
        .filter(point -> families.isEmpty() || families.contains(point.family()))
        .toList();
  }
}
