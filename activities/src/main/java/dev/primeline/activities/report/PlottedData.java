package dev.primeline.activities.report;

import dev.primeline.activities.report.RunResult.FamilyResult;
import dev.primeline.activities.training.StepMetrics;
import dev.primeline.workflows.evaluation.FamilyScores.CurvePoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every number that a run's page plots, not rounded: one JSON file, and a CSV file for each plot
 * with the same columns.
 *
 * @param scores the intervals
 * @param levels what the likelihoods are compared with
 * @param learning every line of the training logs, of which the page draws means
 * @param digits entropies
 * @param maskRatio cost of a masked digit
 */
record PlottedData(
    List<Score> scores,
    List<Level> levels,
    List<Learning> learning,
    List<Digit> digits,
    List<Ratio> maskRatio) {

  static final List<String> NAMES =
      List.of(
          "plotted.json",
          "scores.csv",
          "levels.csv",
          "learning.csv",
          "digits.csv",
          "mask-ratio.csv");

  /** A family's score and the 95 % interval drawn around it. */
  record Score(
      String family,
      String bound,
      double natsPerToken,
      double standardError,
      double low,
      double high) {}

  record Level(String name, double natsPerToken) {}

  record Learning(
      String family,
      long step,
      long tokens,
      double loss,
      @Nullable Double heldoutNats,
      @Nullable Double heldoutError) {}

  /** Digit 1 is the most significant; the index order's is null where it has none. */
  record Digit(String family, int digit, double ownNats, @Nullable Double indexNats) {}

  record Ratio(String family, double maskRatio, double natsPerMaskedDigit) {}

  static PlottedData of(RunView run) {
    List<Score> scores = new ArrayList<>();
    List<Learning> learning = new ArrayList<>();
    List<Digit> digits = new ArrayList<>();
    List<Ratio> ratios = new ArrayList<>();
    for (RunView.Entry entry : run.entries()) {
      FamilyResult family = entry.result();
      double half = Headline.WITHIN * family.standardError();
      double nats = family.nelboNatsPerToken();
      scores.add(
          new Score(
              entry.name(),
              family.bound(),
              nats,
              family.standardError(),
              nats - half,
              nats + half));
      for (StepMetrics line : entry.metrics()) {
        learning.add(
            new Learning(
                entry.name(),
                line.step(),
                line.tokens(),
                line.loss(),
                line.heldoutNats(),
                line.heldoutError()));
      }
      List<Double> own = entry.outcome().subTokens().digitEntropiesNats();
      List<Double> index = entry.outcome().subTokens().indexDigitEntropiesNats();
      for (int j = 0; family.ell() > 1 && j < own.size(); j++) {
        digits.add(
            new Digit(entry.name(), j + 1, own.get(j), j < index.size() ? index.get(j) : null));
      }
      for (CurvePoint point : entry.outcome().evaluated().scores().curve()) {
        ratios.add(new Ratio(entry.name(), point.maskRatio(), point.natsPerMaskedDigit()));
      }
    }
    List<Level> levels =
        run.levels().stream().map(level -> new Level(level.classes(), level.value())).toList();
    return new PlottedData(scores, levels, learning, digits, ratios);
  }

  /** Contents by file name. */
  Map<String, byte[]> files() {
    return Map.of(
        "plotted.json", ResultJson.write(this),
        "scores.csv", Csv.of(scores),
        "levels.csv", Csv.of(levels),
        "learning.csv", Csv.of(learning),
        "digits.csv", Csv.of(digits),
        "mask-ratio.csv", Csv.of(maskRatio));
  }
}
