package dev.primeline.activities.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.evaluation.PairedDifference;
import dev.primeline.activities.training.StepMetrics;
import dev.primeline.workflows.evaluation.FamilyScores.CurvePoint;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Models of finished runs side by side. Scores are compared only where they are of the same windows
 * of the same text, and then window by window: the error is that of the differences (METHOD section
 * 3).
 *
 * @param runs names, in the order given
 * @param specification keys in which the runs' specifications differ
 * @param models each model's score and curves
 * @param differences of every two models that were scored on the same windows
 * @param unpaired every two models that were not, as {@code A, B}
 */
public record Comparison(
    List<String> runs,
    List<SpecificationDifference> specification,
    List<Model> models,
    List<ScoreDifference> differences,
    List<String> unpaired) {

  /**
   * One model.
   *
   * @param name run and family
   * @param bound {@code "="} for an exact likelihood, {@code "<="} for a bound
   * @param natsPerToken the score
   * @param standardError of the score
   * @param perplexity exp of the score
   * @param bitsPerByte null without text
   * @param tokensScored tokens counted
   * @param tokensTrained tokens seen in training
   * @param alarmed whether a self-check fired: then these numbers must not be believed
   * @param curve the training log
   * @param maskRatioCurve cost of a masked digit by mask ratio; empty for ARM
   */
  public record Model(
      String name,
      String bound,
      double natsPerToken,
      double standardError,
      double perplexity,
      @Nullable Double bitsPerByte,
      long tokensScored,
      long tokensTrained,
      boolean alarmed,
      List<StepMetrics> curve,
      List<CurvePoint> maskRatioCurve) {}

  /**
   * Compares runs, or families of runs.
   *
   * @param named each a run, for all of its families, or {@code RUN/FAMILY}
   * @throws BadInput when one is not there or not finished, or there is nothing to compare
   */
  public static Comparison of(ArtifactStore store, List<String> named) throws IOException {
    Map<String, Contender> contenders = new LinkedHashMap<>();
    Map<String, JsonNode> specifications = new LinkedHashMap<>();
    for (String name : named) {
      for (Contender contender : Contender.find(store, name)) {
        contenders.put(contender.name(), contender);
        specifications.put(contender.run(), contender.specification());
      }
    }
    if (contenders.size() < 2) {
      throw new BadInput(
          "%s: one model, expected at least two runs or families to compare"
              .formatted(String.join(" ", named)));
    }
    List<Contender> all = List.copyOf(contenders.values());
    List<ScoreDifference> differences = new ArrayList<>();
    List<String> unpaired = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      for (int j = i + 1; j < all.size(); j++) {
        Contender first = all.get(i);
        Contender second = all.get(j);
        if (PairedDifference.possible(first.evaluation(), second.evaluation())) {
          PairedDifference paired = PairedDifference.of(first.evaluation(), second.evaluation());
          differences.add(
              ScoreDifference.of(
                  first.name(), second.name(), paired.natsPerToken(), paired.standardError()));
        } else {
          unpaired.add(first.name() + ", " + second.name());
        }
      }
    }
    return new Comparison(
        List.copyOf(specifications.keySet()),
        SpecificationDifference.of(List.copyOf(specifications.values())),
        all.stream().map(Comparison::model).toList(),
        differences,
        unpaired);
  }

  private static Model model(Contender contender) {
    var result = contender.result();
    return new Model(
        contender.name(),
        result.bound(),
        result.nelboNatsPerToken(),
        result.standardError(),
        result.perplexity(),
        result.bitsPerByte(),
        result.tokensScored(),
        result.tokensTrained(),
        contender.alarmed(),
        contender.metrics(),
        contender.evaluation().scores().curve());
  }
}
