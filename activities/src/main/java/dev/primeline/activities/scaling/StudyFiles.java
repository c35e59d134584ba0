package dev.primeline.activities.scaling;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.report.ComparisonPage.Rows;
import dev.primeline.activities.report.ResultJson;
import dev.primeline.activities.report.RunFolder;
import dev.primeline.activities.report.StudyPage;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.scaling.ChosenRates;
import dev.primeline.workflows.scaling.FailedPoint;
import dev.primeline.workflows.scaling.PointOutcome;
import dev.primeline.workflows.scaling.Size;
import dev.primeline.workflows.scaling.StudyPoint;
import dev.primeline.workflows.scaling.StudyReport;
import dev.primeline.workflows.scaling.StudyReportRequest;
import dev.primeline.workflows.scaling.StudySpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Writes {@code studies/<studyId>/<hash of its numbers>/}: result.json, points.csv and index.html.
 * Equal numbers give equal bytes under equal keys, and a study that goes on reports beside what it
 * reported before.
 */
public final class StudyFiles {

  private static final List<String> COLUMNS =
      List.of(
          "family",
          "FLOPs",
          "size",
          "seed",
          "learning rate",
          "parameters",
          "tokens",
          "nats/token",
          "std. error");

  private final ArtifactStore store;

  public StudyFiles(ArtifactStore store) {
    this.store = store;
  }

  /**
   * Analyses and writes.
   *
   * @throws BadInput when every number was taken by an alarmed evaluation
   */
  public StudyReport write(StudyReportRequest finished) throws IOException {
    StudyReportRequest request = ordered(finished);
    List<IsoFlopPoint> points = points(request.points());
    if (points.isEmpty()) {
      throw new BadInput(
          "alarms fired for all %d points of the study, expected at least one to believe"
              .formatted(request.points().size()));
    }
    ScalingAnalysis analysis = ScalingAnalysis.of(points, request.spec().experiment().families());
    List<String> conclusions = Conclusions.of(request, analysis);
    byte[] result = ResultJson.write(StudyNumbers.of(request, analysis, conclusions));
    byte[] csv = csv(request).getBytes(StandardCharsets.UTF_8);
    byte[] page = page(request, analysis, conclusions).getBytes(StandardCharsets.UTF_8);
    String folder =
        "studies/"
            + RunFolder.of(request.studyId()).prefix().substring(RunFolder.RUNS.length())
            + Hashes.sha256(result).substring(0, 12)
            + "/";
    ArtifactRef csvRef = written(folder + "points.csv", csv);
    ArtifactRef pageRef = written(folder + "index.html", page);
    return new StudyReport(written(folder + "result.json", result), pageRef, csvRef, conclusions);
  }

  /** As the specification names them, whichever ended first. */
  private static StudyReportRequest ordered(StudyReportRequest request) {
    StudySpec spec = request.spec();
    List<String> families = spec.experiment().families().stream().map(Family::name).toList();
    List<String> sizes = spec.sizes().stream().map(Size::name).toList();
    Comparator<StudyPoint> order =
        Comparator.comparingInt((StudyPoint point) -> families.indexOf(point.family()))
            .thenComparingDouble(StudyPoint::flops)
            .thenComparingInt(point -> sizes.indexOf(point.size()))
            .thenComparingLong(StudyPoint::seed)
            .thenComparingDouble(StudyPoint::rate);
    return new StudyReportRequest(
        request.studyId(),
        spec,
        request.corpus(),
        request.points().stream().sorted(Comparator.comparing(PointOutcome::point, order)).toList(),
        request.failed().stream().sorted(Comparator.comparing(FailedPoint::point, order)).toList(),
        request.whole());
  }

  /** What the fits see: the chosen rate of each size, and no number that an alarm forbids. */
  static List<IsoFlopPoint> points(List<PointOutcome> finished) {
    return ChosenRates.of(finished).stream()
        .filter(outcome -> !outcome.alarmed())
        .map(
            outcome ->
                new IsoFlopPoint(
                    outcome.point().family(),
                    outcome.point().flops(),
                    outcome.parameters(),
                    outcome.tokens(),
                    outcome.nats(),
                    outcome.checkpoint()))
        .toList();
  }

  private ArtifactRef written(String key, byte[] content) throws IOException {
    if (!store.putIfAbsent(key, content) && !Arrays.equals(store.read(key), content)) {
      throw new IOException(key + " exists with other content");
    }
    return new ArtifactRef(key, Hashes.sha256(content), content.length);
  }

  /** A line for each point that the fits see, as {@link IsoFlopFile} reads it. */
  private static String csv(StudyReportRequest request) {
    String header =
        "family,flops,size,seed,learning_rate,parameters,tokens,nats,standard_error,training\n";
    return ChosenRates.of(request.points()).stream()
        .filter(outcome -> !outcome.alarmed())
        .map(
            o ->
                String.join(
                    ",",
                    o.point().family(),
                    Double.toString(o.point().flops()),
                    o.point().size(),
                    Long.toString(o.point().seed()),
                    Double.toString(rate(request, o)),
                    Long.toString(o.parameters()),
                    Long.toString(o.tokens()),
                    Double.toString(o.nats()),
                    Double.toString(o.standardError()),
                    o.checkpoint()))
        .collect(Collectors.joining("\n", header, "\n"));
  }

  private static double rate(StudyReportRequest request, PointOutcome outcome) {
    return outcome.point().experiment(request.spec()).training().learningRate();
  }

  private static String page(
      StudyReportRequest request, ScalingAnalysis analysis, List<String> conclusions) {
    List<StudyPage.Point> lines = new ArrayList<>();
    for (PointOutcome o : request.points()) {
      lines.add(
          new StudyPage.Point(
              List.of(
                  o.point().family(),
                  String.format(Locale.ROOT, "%.2e", o.point().flops()),
                  o.point().size(),
                  Long.toString(o.point().seed()),
                  String.format(Locale.ROOT, "%.2e", rate(request, o)),
                  String.format(Locale.ROOT, "%,d", o.parameters()),
                  String.format(Locale.ROOT, "%,d", o.tokens()),
                  String.format(Locale.ROOT, "%.4f", o.nats()) + (o.alarmed() ? " ALARM" : ""),
                  String.format(Locale.ROOT, "%.4f", o.standardError())),
              o.training(),
              "../../../" + o.checkpoint()));
    }
    List<Rows> tables = new ArrayList<>(ScalingTables.of(analysis));
    if (!request.failed().isEmpty()) {
      tables.add(
          new Rows(
              "Points without a number",
              List.of("point", "reason"),
              request.failed().stream()
                  .map(failed -> List.of(failed.point().words(), failed.reason()))
                  .toList()));
    }
    return StudyPage.render(
        "Study " + request.studyId(),
        conclusions,
        ScalingPlots.means(analysis),
        ScalingPlots.of(analysis),
        tables,
        COLUMNS,
        lines);
  }
}
