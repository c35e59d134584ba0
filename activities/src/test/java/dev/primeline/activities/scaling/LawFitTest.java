package dev.primeline.activities.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class LawFitTest {

  private static final ScalingLaw KNOWN = new ScalingLaw(1.69, 406.4, 410.7, 0.34, 0.28);

  @Test
  void losslessPointsGiveTheirLawBack() {
    ScalingLaw found =
        new LawFit(SyntheticStudy.points("m", KNOWN, 0, 1)).fromEverywhere().get(0).law();
    assertThat(found.alpha()).isCloseTo(0.34, within(1e-3));
    assertThat(found.beta()).isCloseTo(0.28, within(1e-3));
    assertThat(found.e()).isCloseTo(1.69, within(5e-3));
    assertThat(found.a()).isCloseTo(406.4, within(8.0));
    assertThat(found.b()).isCloseTo(410.7, within(8.0));
  }

  @Test
  void oneWildPointDoesNotMoveTheLaw() {
    List<IsoFlopPoint> points = new java.util.ArrayList<>(SyntheticStudy.points("m", KNOWN, 0, 1));
    IsoFlopPoint first = points.get(0);
    points.set(
        0,
        new IsoFlopPoint(
            "m", first.flops(), first.parameters(), first.tokens(), first.nats() * 1.5, null));
    ScalingLaw found = new LawFit(points).fromEverywhere().get(0).law();
    assertThat(found.sizeExponent()).isCloseTo(KNOWN.sizeExponent(), within(0.01));
  }

  @Test
  void noisyPointsGiveIntervalsThatHoldTheLaw() {
    LawEstimate estimate = LawEstimate.of(SyntheticStudy.points("m", KNOWN, 0.003, 2));
    assertThat(estimate.alpha().contains(0.34)).isTrue();
    assertThat(estimate.beta().contains(0.28)).isTrue();
    assertThat(estimate.sizeExponent().contains(KNOWN.sizeExponent())).isTrue();
    assertThat(estimate.sizeExponent().width()).isBetween(0.005, 0.3);
    assertThat(estimate.warnings()).isEmpty();
  }

  @Test
  void aLossThatTokensDoNotMoveIsNotIdentified() {
    List<IsoFlopPoint> points =
        SyntheticStudy.points("m", new ScalingLaw(2.0, 406.4, 1e-6, 0.34, 0.3), 0.01, 3);
    FamilyScaling scaling = FamilyScaling.of("m", points);
    LawEstimate law = scaling.law();
    assertThat(law == null || !law.warnings().isEmpty()).isTrue();
    assertThat(scaling.warnings()).isNotEmpty();
  }
}
