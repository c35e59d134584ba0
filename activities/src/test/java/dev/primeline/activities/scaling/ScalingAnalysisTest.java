package dev.primeline.activities.scaling;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScalingAnalysisTest {

  private static final ScalingLaw LAW = new ScalingLaw(1.7, 400, 410, 0.34, 0.28);

  /** What needs three times the compute everywhere: N and D count for a third of their product. */
  private static final ScalingLaw SLOWER =
      new ScalingLaw(
          1.7, 400 * Math.pow(Math.sqrt(3), 0.34), 410 * Math.pow(Math.sqrt(3), 0.28), 0.34, 0.28);

  private static ScalingAnalysis analysis(double noise) {
    List<IsoFlopPoint> points = new ArrayList<>(SyntheticStudy.points("mdm", SLOWER, noise, 4));
    points.addAll(0, SyntheticStudy.points("arm", LAW, noise, 5));
    return ScalingAnalysis.of(points);
  }

  @Test
  void theFrontierGrowsAsTheLawSays() {
    FamilyScaling arm = analysis(0.0005).families().get(0);
    assertThat(arm.frontier().optima()).hasSize(6);
    assertThat(requireNonNull(arm.size()).exponent()).isCloseTo(LAW.sizeExponent(), within(0.02));
    assertThat(requireNonNull(requireNonNull(arm.size()).interval()).contains(LAW.sizeExponent()))
        .isTrue();
    assertThat(requireNonNull(arm.tokens()).exponent())
        .isCloseTo(LAW.tokenExponent(), within(0.02));
  }

  @Test
  void aFamilyThatNeedsThreeTimesTheComputeIsFoundTo() {
    List<ComputeMultiplier> multipliers = analysis(0.0005).multipliers();
    assertThat(multipliers).hasSize(6);
    assertThat(multipliers.get(1).family()).isEqualTo("mdm");
    assertThat(multipliers.get(1).multiplier()).isCloseTo(3, within(0.1));
    assertThat(requireNonNull(multipliers.get(1).interval()).contains(3)).isTrue();
    // The slower one's largest budget is worth a third of it, and nothing is extrapolated.
    assertThat(multipliers.get(5).multiplier()).isNull();
  }

  @Test
  void equalPointsGiveEqualNumbers() {
    assertThat(ScalingTables.of(analysis(0.002))).isEqualTo(ScalingTables.of(analysis(0.002)));
  }

  @Test
  void threeSizesPerBudgetAreWarnedOf() {
    List<IsoFlopPoint> few =
        SyntheticStudy.points("arm", LAW, 0, 1).stream()
            .filter(point -> point.flops() == 1e18)
            .skip(3)
            .limit(3)
            .toList();
    FamilyScaling scaling = ScalingAnalysis.of(few).families().get(0);
    assertThat(scaling.law()).isNull();
    assertThat(scaling.warnings())
        .anySatisfy(warning -> assertThat(warning).contains("N* has no interval"))
        .anySatisfy(warning -> assertThat(warning).contains("no law L(N, D): 3 points"));
  }
}
