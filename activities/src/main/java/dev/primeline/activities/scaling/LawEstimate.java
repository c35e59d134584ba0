package dev.primeline.activities.scaling;

import dev.primeline.workflows.experiment.BadInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * A fitted law, how sure it is, and what stands against believing it.
 *
 * @param law the best of all starts
 * @param objective Huber's sum there
 * @param e interval of E
 * @param alpha interval of alpha
 * @param beta interval of beta
 * @param sizeExponent interval of a = beta / (alpha + beta)
 * @param warnings why the points do not identify it, a sentence each; empty when they do
 */
public record LawEstimate(
    ScalingLaw law,
    double objective,
    Interval e,
    Interval alpha,
    Interval beta,
    Interval sizeExponent,
    List<String> warnings) {

  /** Numbers of the law: with as many points it would pass through each. */
  private static final int NUMBERS = 5;

  static final int REPLICATES = 200;
  private static final long SEED = 20_230_207;

  /** Ends whose objective is this close to the best are as good. */
  private static final double AS_GOOD = 1.01;

  /** Such ends that differ by more in a are different laws. */
  private static final double APART = 0.05;

  private static final double WIDE = 0.3;

  public LawEstimate {
    warnings = List.copyOf(warnings);
  }

  /** Whether there are enough points for a law and one to judge it by, over several budgets. */
  static boolean determinedBy(List<IsoFlopPoint> points) {
    return points.size() > NUMBERS
        && points.stream().mapToDouble(IsoFlopPoint::parameters).distinct().count() > 2
        && points.stream().mapToDouble(IsoFlopPoint::tokens).distinct().count() > 2
        && points.stream().mapToDouble(IsoFlopPoint::flops).distinct().count() > 1;
  }

  /**
   * Fits all points of one family, and again {@value #REPLICATES} samples of them drawn with
   * replacement; the draws are the same every time.
   *
   * @throws BadInput when no start leads anywhere, or half of the samples are too few for a law
   */
  static LawEstimate of(List<IsoFlopPoint> points) {
    List<LawFit.End> ends = new LawFit(points).fromEverywhere();
    if (ends.isEmpty()) {
      throw new BadInput(
          "no start of the fit to %d points of %s led to a law, expected losses that fall with parameters and tokens"
              .formatted(points.size(), points.get(0).family()));
    }
    LawFit.End best = ends.get(0);
    List<ScalingLaw> starts = starts(best.law());
    List<ScalingLaw> replicates = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(SEED);
    int lawless = 0;
    while (replicates.size() < REPLICATES && lawless < REPLICATES) {
      // Drawn one after the other, fitted on all cores, counted in the order of the draws.
      List<List<IsoFlopPoint>> samples = new ArrayList<>();
      for (int i = replicates.size(); i < REPLICATES; i++) {
        samples.add(sample(points, random));
      }
      List<Optional<LawFit.End>> fits =
          samples.parallelStream().map(sample -> fit(sample, starts)).toList();
      for (Optional<LawFit.End> fit : fits) {
        if (lawless == REPLICATES) {
          break;
        }
        fit.ifPresent(end -> replicates.add(end.law()));
        lawless += fit.isPresent() ? 0 : 1;
      }
    }
    if (replicates.size() < REPLICATES) {
      throw new BadInput(
          "%d of %d samples of the points of %s have no law, expected more points"
              .formatted(lawless, lawless + replicates.size(), points.get(0).family()));
    }
    Interval e = interval(replicates, ScalingLaw::e);
    Interval alpha = interval(replicates, ScalingLaw::alpha);
    Interval beta = interval(replicates, ScalingLaw::beta);
    Interval size = interval(replicates, ScalingLaw::sizeExponent);
    return new LawEstimate(
        best.law(),
        best.objective(),
        e,
        alpha,
        beta,
        size,
        warnings(ends, points, e, alpha, beta, size));
  }

  private static List<IsoFlopPoint> sample(List<IsoFlopPoint> points, SplittableRandom random) {
    List<IsoFlopPoint> sample = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      sample.add(points.get(random.nextInt(points.size())));
    }
    return sample;
  }

  private static Optional<LawFit.End> fit(List<IsoFlopPoint> sample, List<ScalingLaw> starts) {
    return determinedBy(sample)
        ? Optional.ofNullable(new LawFit(sample).fromSome(starts))
        : Optional.empty();
  }

  /** A sample's law is looked for around the whole's, and where either exponent is another. */
  private static List<ScalingLaw> starts(ScalingLaw law) {
    return List.of(law, bent(law, 0.6, 1.5), bent(law, 1.5, 0.6));
  }

  private static ScalingLaw bent(ScalingLaw law, double alphaTimes, double betaTimes) {
    return new ScalingLaw(
        law.e() * 0.8,
        Math.pow(law.a(), alphaTimes),
        Math.pow(law.b(), betaTimes),
        law.alpha() * alphaTimes,
        law.beta() * betaTimes);
  }

  private static Interval interval(List<ScalingLaw> laws, ToDoubleFunction<ScalingLaw> of) {
    return Interval.of(laws.stream().mapToDouble(of).filter(Double::isFinite).toArray());
  }

  private static List<String> warnings(
      List<LawFit.End> ends,
      List<IsoFlopPoint> points,
      Interval e,
      Interval alpha,
      Interval beta,
      Interval size) {
    List<String> warnings = new ArrayList<>();
    if (alpha.low() <= 0 || beta.low() <= 0) {
      warnings.add(
          "an exponent may be zero: alpha %s, beta %s; the points do not show that more of both helps"
              .formatted(words(alpha), words(beta)));
    }
    if (size.width() > WIDE) {
      warnings.add(
          "a = beta / (alpha + beta) is told only to %s; more budgets or seeds would narrow it"
              .formatted(words(size)));
    }
    double lowest = points.stream().mapToDouble(IsoFlopPoint::nats).min().orElse(0);
    if (e.low() < 0.01 * lowest) {
      warnings.add(
          "E may be zero (%s): the points end too far above the floor to tell it from slow exponents"
              .formatted(words(e)));
    }
    double bound = ends.get(0).objective() * AS_GOOD + 1e-12;
    double[] as =
        ends.stream()
            .filter(end -> end.objective() <= bound)
            .mapToDouble(end -> end.law().sizeExponent())
            .sorted()
            .toArray();
    if (as[as.length - 1] - as[0] > APART) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "starts end in laws that fit equally well with a from %.2f to %.2f",
              as[0],
              as[as.length - 1]));
    }
    return warnings;
  }

  private static String words(Interval interval) {
    return String.format(Locale.ROOT, "%.3f to %.3f", interval.low(), interval.high());
  }
}
