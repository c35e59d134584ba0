package dev.primeline.activities.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.hipparchus.optim.InitialGuess;
import org.hipparchus.optim.MaxEval;
import org.hipparchus.optim.PointValuePair;
import org.hipparchus.optim.SimpleValueChecker;
import org.hipparchus.optim.nonlinear.scalar.GoalType;
import org.hipparchus.optim.nonlinear.scalar.ObjectiveFunction;
import org.hipparchus.optim.nonlinear.scalar.ObjectiveFunctionGradient;
import org.hipparchus.optim.nonlinear.scalar.gradient.NonLinearConjugateGradientOptimizer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** METHOD section 7 on the published grid. */
class PublishedPointsTest {

  private static final Path FILE =
      Path.of(System.getProperty("primeline.root", "."), "..", "shared", "data")
          .resolve("isoflop-published.csv");

  private static List<IsoFlopPoint> all = List.of();

  @BeforeAll
  static void read() throws IOException {
    assumeTrue(Files.exists(FILE), FILE + " is not here");
    all = IsoFlopFile.read(FILE);
  }

  private static List<IsoFlopPoint> of(String family) {
    return all.stream().filter(point -> point.family().equals(family)).toList();
  }

  @ParameterizedTest
  @CsvSource({"arm, 65, 0.52", "mdm, 68, 0.50"})
  void theExponentLiesWhereAnIndependentFitFoundIt(String family, int points, double a) {
    assertThat(of(family)).hasSize(points);
    LawEstimate estimate = LawEstimate.of(of(family));
    assertThat(estimate.law().sizeExponent()).isCloseTo(a, within(0.02));
    assertThat(estimate.sizeExponent().contains(a)).isTrue();
  }

  /** Huber's sum on log L, and its gradient, over (E, A, B, alpha, beta) as they are. */
  private record Raw(List<IsoFlopPoint> points) {

    double value(double[] p) {
      double sum = 0;
      for (IsoFlopPoint point : points) {
        double r = Math.abs(residual(p, point));
        double h = LawFit.HUBER;
        sum += r <= h ? r * r / 2 : h * (r - h / 2);
      }
      return sum;
    }

    double[] gradient(double[] p) {
      double[] sum = new double[5];
      for (IsoFlopPoint point : points) {
        double n = Math.pow(point.parameters(), -p[3]);
        double d = Math.pow(point.tokens(), -p[4]);
        double r = residual(p, point);
        double bent = Math.max(-LawFit.HUBER, Math.min(LawFit.HUBER, r)) / loss(p, point);
        sum[0] += bent;
        sum[1] += bent * n;
        sum[2] += bent * d;
        sum[3] -= bent * p[1] * n * Math.log(point.parameters());
        sum[4] -= bent * p[2] * d * Math.log(point.tokens());
      }
      return sum;
    }

    private static double loss(double[] p, IsoFlopPoint point) {
      return new ScalingLaw(p[0], p[1], p[2], p[3], p[4]).at(point.parameters(), point.tokens());
    }

    private static double residual(double[] p, IsoFlopPoint point) {
      return Math.log(loss(p, point)) - Math.log(point.nats());
    }
  }

  @ParameterizedTest
  @CsvSource({"arm", "mdm"})
  void rawSpaceFromOneStartLeavesAAndBWhereTheyBegan(String family) {
    Raw raw = new Raw(of(family));
    PointValuePair end =
        new NonLinearConjugateGradientOptimizer(
                NonLinearConjugateGradientOptimizer.Formula.POLAK_RIBIERE,
                new SimpleValueChecker(1e-12, 1e-14))
            .optimize(
                new MaxEval(100_000),
                GoalType.MINIMIZE,
                new ObjectiveFunction(raw::value),
                new ObjectiveFunctionGradient(raw::gradient),
                new InitialGuess(new double[] {1.69, 400, 400, 0.34, 0.34}));
    assertThat(end.getPoint()[1]).isCloseTo(400, within(0.5));
    assertThat(end.getPoint()[2]).isCloseTo(400, within(0.5));
    // It moved, downhill, and stopped above what many starts in log space reach.
    assertThat(end.getValue())
        .isLessThan(raw.value(new double[] {1.69, 400, 400, 0.34, 0.34}))
        .isGreaterThan(new LawFit(of(family)).fromEverywhere().get(0).objective());
  }

  @Test
  void theFileGivesEveryFamilyAnAnalysis() {
    ScalingAnalysis analysis = ScalingAnalysis.of(all);
    assertThat(analysis.families().get(0).frontier().curves()).hasSizeGreaterThan(3);
  }
}
