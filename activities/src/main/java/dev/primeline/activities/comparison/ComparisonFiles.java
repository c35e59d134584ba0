package dev.primeline.activities.comparison;

import dev.primeline.activities.report.ComparisonPage;
import dev.primeline.activities.report.ComparisonPage.Rows;
import dev.primeline.activities.report.Csv;
import dev.primeline.activities.report.ResultJson;
import dev.primeline.activities.training.StepMetrics;
import dev.primeline.workflows.evaluation.FamilyScores.CurvePoint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A comparison as tables for people, and as files. */
public final class ComparisonFiles {
  private final Comparison comparison;

  public ComparisonFiles(Comparison comparison) {
    this.comparison = comparison;
  }

  /** All of it by file name: JSON, a CSV of everything plotted or tabled, and a page. */
  public Map<String, String> all() {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("comparison.json", json());
    files.put("specification.csv", csv(specification()));
    files.put("scores.csv", csv(scores(Double::toString)));
    files.put("differences.csv", csv(differences(Double::toString)));
    files.put("curves.csv", csv(curves()));
    files.put("mask-ratio.csv", csv(maskRatios()));
    files.put("index.html", page());
    return files;
  }

  /** One JSON object; what is undefined is null. */
  public String json() {
    return new String(ResultJson.write(comparison), StandardCharsets.UTF_8);
  }

  /** How a number is written. */
  @FunctionalInterface
  interface Form {
    String of(double number);
  }

  private static String short4(double number) {
    return Double.isFinite(number) ? String.format(Locale.ROOT, "%.4f", number) : "-";
  }

  /** Tables for people: what was asked differently, then what came of it. */
  public List<Rows> tables() {
    return List.of(
        specification(), scores(ComparisonFiles::short4), differences(ComparisonFiles::short4));
  }

  private String page() {
    return ComparisonPage.render(
        "Comparison of " + String.join(", ", comparison.runs()),
        List.of(specification()),
        comparison.models().stream()
            .map(model -> new ComparisonPage.Log(model.name(), model.curve()))
            .toList(),
        List.of(scores(ComparisonFiles::short4), differences(ComparisonFiles::short4)));
  }

  private Rows scores(Form form) {
    List<List<String>> rows = new ArrayList<>();
    for (Comparison.Model model : comparison.models()) {
      Double bits = model.bitsPerByte();
      rows.add(
          List.of(
              model.name(),
              model.bound(),
              form.of(model.natsPerToken()),
              form.of(model.standardError()),
              form.of(model.perplexity()),
              bits == null ? "" : form.of(bits),
              Long.toString(model.tokensScored()),
              Long.toString(model.tokensTrained()),
              model.alarmed() ? "failed" : "passed"));
    }
    return new Rows(
        "Scores on the held-out text",
        List.of(
            "model",
            "bound",
            "nats/token",
            "std. error",
            "perplexity",
            "bits/byte",
            "tokens scored",
            "tokens trained",
            "self-check"),
        rows);
  }

  private Rows differences(Form form) {
    List<List<String>> rows = new ArrayList<>();
    for (ScoreDifference difference : comparison.differences()) {
      rows.add(
          List.of(
              difference.first(),
              difference.second(),
              form.of(difference.natsPerToken()),
              form.of(difference.standardError()),
              form.of(difference.low()),
              form.of(difference.high()),
              difference.beyondChance() ? "yes" : "no"));
    }
    return new Rows(
        "Paired differences, first minus second",
        List.of("first", "second", "nats/token", "std. error", "95 % from", "to", "beyond chance"),
        rows);
  }

  private Rows specification() {
    List<String> columns = new ArrayList<>(List.of("key"));
    columns.addAll(comparison.runs());
    List<List<String>> rows = new ArrayList<>();
    for (SpecificationDifference difference : comparison.specification()) {
      List<String> row = new ArrayList<>(List.of(difference.key()));
      for (@Nullable String value : difference.values()) {
        row.add(value == null ? "not given" : value);
      }
      rows.add(row);
    }
    return new Rows("What the specifications differ in", columns, rows);
  }

  private Rows curves() {
    List<List<String>> rows = new ArrayList<>();
    for (Comparison.Model model : comparison.models()) {
      for (StepMetrics line : model.curve()) {
        Double nats = line.heldoutNats();
        Double error = line.heldoutError();
        rows.add(
            List.of(
                model.name(),
                Long.toString(line.step()),
                Long.toString(line.tokens()),
                Double.toString(line.loss()),
                nats == null ? "" : nats.toString(),
                error == null ? "" : error.toString()));
      }
    }
    return new Rows(
        "curves", List.of("model", "step", "tokens", "loss", "heldoutNats", "heldoutError"), rows);
  }

  private Rows maskRatios() {
    List<List<String>> rows = new ArrayList<>();
    for (Comparison.Model model : comparison.models()) {
      for (CurvePoint point : model.maskRatioCurve()) {
        rows.add(
            List.of(
                model.name(),
                Double.toString(point.maskRatio()),
                Double.toString(point.natsPerMaskedDigit())));
      }
    }
    return new Rows("curves", List.of("model", "maskRatio", "natsPerMaskedDigit"), rows);
  }

  private static String csv(Rows table) {
    List<List<String>> lines = new ArrayList<>(List.of(table.columns()));
    lines.addAll(table.rows());
    return Csv.of(lines);
  }
}
