package dev.primeline.activities.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.primeline.activities.batches.Batch;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.ModelShape;
import dev.primeline.workflows.experiment.Objective;
import dev.primeline.workflows.experiment.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NetworkTest {
  private static final int V = 13;
  private static final ModelShape SHAPE = new ModelShape(2, 16, 2, 24, 8);
  private static final Family PRIME = Networks.prime(4, 2, Head.TOKEN, Objective.BOUND);

  static Stream<Family> families() {
    return Stream.of(
        Networks.arm(V),
        Networks.mdm(V),
        Networks.prime(2, 4, Head.TOKEN, Objective.BOUND),
        PRIME,
        Networks.prime(4, 2, Head.TOKEN, Objective.JOINT),
        Networks.prime(4, 2, Head.SUB_TOKEN, Objective.BOUND));
  }

  @ParameterizedTest
  @MethodSource("families")
  void lossFallsOnARepeatedBatch(Family family) {
    NetworkSpec spec = Networks.shuffled(family, SHAPE, V);
    try (Network network = Network.create(spec, Networks.settings(), 1)) {
      Batch batch = Networks.batch(spec, 4, 8, 5);
      double first = network.step(batch, 2, Networks.STEP).loss();
      double last = first;
      for (int i = 0; i < 50; i++) {
        last = network.step(batch, 2, Networks.STEP).loss();
      }
      assertThat(last).isLessThan(0.5 * first);
    }
  }

  @Test
  void sameSeedGivesTheSameBytes() {
    NetworkSpec spec = Networks.shuffled(PRIME, SHAPE, V);
    EngineSettings twoThreads = new EngineSettings(2, Networks.settings().kernel());
    try (Network one = Network.create(spec, twoThreads, 4);
        Network two = Network.create(spec, twoThreads, 4)) {
      for (int step = 0; step < 5; step++) {
        Batch batch = Networks.batch(spec, 8, 8, step);
        assertThat(one.step(batch, 4, Networks.STEP)).isEqualTo(two.step(batch, 4, Networks.STEP));
      }
      expectSameBytes(one.snapshot(), two.snapshot());
    }
  }

  @Test
  void anotherSeedGivesOtherWeights() {
    NetworkSpec spec = Networks.shuffled(PRIME, SHAPE, V);
    assertThat(InitialWeights.of(spec, 4).toList().get(0).values())
        .isNotEqualTo(InitialWeights.of(spec, 5).toList().get(0).values());
  }

  @ParameterizedTest
  @MethodSource("families")
  void restoredNetworkContinuesWithTheSameBytes(Family family) {
    NetworkSpec spec = Networks.shuffled(family, SHAPE, V);
    try (Network undisturbed = Network.create(spec, Networks.settings(), 4);
        Network resumed = Network.create(spec, Networks.settings(), 99)) {
      undisturbed.step(Networks.batch(spec, 4, 8, 0), 4, Networks.STEP);
      undisturbed.step(Networks.batch(spec, 4, 8, 1), 4, Networks.STEP);
      resumed.restore(undisturbed.snapshot());
      expectSameBytes(undisturbed.snapshot(), resumed.snapshot());
      for (int step = 2; step < 4; step++) {
        Batch batch = Networks.batch(spec, 4, 8, step);
        undisturbed.step(batch, 4, Networks.STEP);
        resumed.step(batch, 4, Networks.STEP);
      }
      assertThat(resumed.snapshot().updates()).isEqualTo(4);
      expectSameBytes(undisturbed.snapshot(), resumed.snapshot());
    }
  }

  @Test
  void aSnapshotIsWrittenOverTheOneThatWasRecycled() {
    NetworkSpec spec = Networks.shuffled(PRIME, SHAPE, V);
    try (Network network = Network.create(spec, Networks.settings(), 4)) {
      ModelState old = network.snapshot();
      network.step(Networks.batch(spec, 4, 8, 0), 4, Networks.STEP);
      ModelState expected = network.snapshot();
      network.recycle(old);
      ModelState again = network.snapshot();
      expectSameBytes(expected, again);
      for (int i = 0; i < old.weights().size(); i++) {
        assertThat(again.weights().get(i).values()).isSameAs(old.weights().get(i).values());
      }
      // It serves once: what was taken meanwhile is somebody's.
      assertThat(network.snapshot().weights().get(0).values())
          .isNotSameAs(again.weights().get(0).values());
    }
  }

  @Test
  void weightsFromElsewhereBeginATraining() {
    NetworkSpec spec = Networks.shuffled(PRIME, SHAPE, V);
    try (Network giver = Network.create(spec, Networks.settings(), 4);
        Network taker = Network.create(spec, Networks.settings(), 5)) {
      ModelState fresh = giver.snapshot();
      taker.step(Networks.batch(spec, 4, 8, 0), 4, Networks.STEP);
      taker.begin(fresh.weights());
      expectSameBytes(fresh, taker.snapshot());
      assertThat(taker.snapshot().updates()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void microBatchesAddUpToTheWholeBatch(Family family) {
    NetworkSpec spec = Networks.shuffled(family, SHAPE, V);
    try (Network network = Network.create(spec, Networks.settings(), 4)) {
      Batch batch = Networks.batch(spec, 6, 8, 2);
      List<HostTensor> whole = network.gradients(batch, 6, Precision.FP32);
      List<HostTensor> parts = network.gradients(batch, 2, Precision.FP32);
      for (int p = 0; p < whole.size(); p++) {
        float[] expected = whole.get(p).values();
        float[] actual = parts.get(p).values();
        for (int i = 0; i < expected.length; i++) {
          assertThat(actual[i]).isCloseTo(expected[i], within(2e-6f));
        }
      }
      ModelState before = network.snapshot();
      StepResult one = network.step(batch, 6, Networks.STEP);
      network.restore(before);
      StepResult three = network.step(batch, 2, Networks.STEP);
      assertThat(three.loss()).isCloseTo(one.loss(), within(1e-6));
      assertThat(three.gradientNorm()).isCloseTo(one.gradientNorm(), within(1e-5));
    }
  }

  /** A score goes another way through the network than a step, which needs gradients. */
  @ParameterizedTest
  @MethodSource("families")
  void lossIsTheWeightedCostPerToken(Family family) {
    NetworkSpec spec = Networks.shuffled(family, SHAPE, V);
    try (Network network = Network.create(spec, Networks.settings(), 4)) {
      Batch batch = Networks.batch(spec, 4, 6, 2);
      Denoiser.Costs both = network.costs(batch);
      double[] costs = spec.joint() ? both.joint() : both.marginal();
      double expected = 0;
      for (int s = 0; s < costs.length; s++) {
        expected += batch.weights()[s] * costs[s] / (4 * 6);
      }
      assertThat(network.step(batch, 4, Networks.STEP).loss()).isCloseTo(expected, within(1e-6));
    }
  }

  @Test
  void costsDoNotChangeTheNetworkOrDependOnTheBatchAround() {
    NetworkSpec spec = Networks.shuffled(PRIME, SHAPE, V);
    try (Network network = Network.create(spec, Networks.settings(), 4)) {
      ModelState before = network.snapshot();
      Batch batch = Networks.batch(spec, 3, 8, 2);
      double[] together = network.costs(batch).marginal();
      Batch second =
          new Batch(
              1,
              8,
              Arrays.copyOfRange(batch.tokens(), 9, 18),
              Arrays.copyOfRange(batch.masks(), 8, 16),
              new float[] {1});
      assertThat(network.costs(second).marginal()[0])
          .isCloseTo(together[1], within(1e-5 * together[1]));
      expectSameBytes(before, network.snapshot());
    }
  }

  @Test
  void armDoesNotLookAhead() {
    NetworkSpec spec = Networks.indexed(Networks.arm(V), SHAPE, V);
    assertThat(costChangeByALaterToken(spec)).isZero();
  }

  @Test
  void maskedFamiliesLookBothWays() {
    NetworkSpec spec = Networks.indexed(Networks.mdm(V), SHAPE, V);
    assertThat(costChangeByALaterToken(spec)).isNotZero();
  }

  /** Scores columns 1 to 4, then changes the token in column 6, which is only context. */
  private static double costChangeByALaterToken(NetworkSpec spec) {
    try (Network network = Network.create(spec, Networks.settings(), 4)) {
      int[] masks = {1, 1, 1, 1, 0, 0, 0, 0};
      int[] tokens = {0, 1, 2, 3, 4, 5, 6, 7, 8};
      double before = network.costs(new Batch(1, 8, tokens, masks, new float[] {1})).marginal()[0];
      tokens[6] = 12;
      double after = network.costs(new Batch(1, 8, tokens, masks, new float[] {1})).marginal()[0];
      return after - before;
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void whatIsRevealedCostsExactlyNothing(Family family) {
    NetworkSpec spec = Networks.shuffled(family, SHAPE, V);
    try (Network network = Network.create(spec, Networks.settings(), 4)) {
      Batch revealed = new Batch(1, 8, new int[9], new int[8], new float[] {1});
      assertThat(network.costs(revealed).marginal()).containsExactly(0);
      StepResult result = network.step(revealed, 1, Networks.STEP);
      assertThat(result.loss()).isZero();
      assertThat(result.gradientNorm()).isZero();
    }
  }

  static Stream<Family> digitFamilies() {
    return families().filter(family -> family.ell() > 2);
  }

  @ParameterizedTest
  @MethodSource("digitFamilies")
  void aDigitThatLeavesOneTokenCostsExactlyNothing(Family family) {
    // With codes [0, 13), 12 = 1100: digit 2 can only be 0, because 1110 = 14 is no code.
    NetworkSpec spec = Networks.indexed(family, SHAPE, V);
    try (Network network = Network.create(spec, Networks.settings(), 4)) {
      Batch batch = new Batch(1, 1, new int[] {3, 12}, new int[] {0b0100}, new float[] {1});
      assertThat(network.costs(batch).marginal()).containsExactly(0);
      assertThat(network.step(batch, 1, Networks.STEP).gradientNorm()).isZero();
    }
  }

  @Test
  void underflowIsCountedAndStaysFinite() {
    NetworkSpec spec = Networks.shuffled(PRIME, SHAPE, V);
    try (Network network = Network.create(spec, Networks.settings(), 4)) {
      Batch batch = Networks.batch(spec, 4, 8, 2);
      assertThat(network.step(batch, 4, Networks.STEP).underflows()).isZero();
      network.restore(Networks.scaled(network.snapshot(), ParameterLayout.HEAD, 500));
      StepResult result = network.step(batch, 4, Networks.STEP);
      assertThat(result.underflows()).isPositive();
      assertThat(result.loss()).isFinite().isGreaterThan(50);
      assertThat(result.gradientNorm()).isFinite().isPositive();
    }
  }

  @Test
  void kernelsAgree() {
    NetworkSpec spec = Networks.shuffled(PRIME, SHAPE, V);
    try (Network one = Network.create(spec, new EngineSettings(1, Kernel.MKL), 4);
        Network two = Network.create(spec, Networks.settings(), 4)) {
      Batch batch = Networks.batch(spec, 4, 8, 2);
      StepResult result = one.step(batch, 4, Networks.STEP);
      StepResult other = two.step(batch, 4, Networks.STEP);
      assertThat(result.loss()).isCloseTo(other.loss(), within(1e-6));
      assertThat(result.gradientNorm()).isCloseTo(other.gradientNorm(), within(1e-5));
      assertThat(one.fingerprint(4, Precision.FP32))
          .isNotEqualTo(two.fingerprint(2, Precision.FP32));
    }
  }

  @Test
  void nothingStaysBehindAfterAStep() {
    NetworkSpec spec = Networks.shuffled(PRIME, SHAPE, V);
    try (Network network = Network.create(spec, Networks.settings(), 4)) {
      Batch batch = Networks.batch(spec, 4, 8, 2);
      network.step(batch, 2, Networks.STEP);
      int residents = network.residents();
      for (int i = 0; i < 200; i++) {
        network.step(batch, 2, Networks.STEP);
      }
      network.costs(batch);
      network.restore(network.snapshot());
      assertThat(network.residents()).isEqualTo(residents);
    }
  }

  static void expectSameBytes(ModelState one, ModelState two) {
    assertThat(one.updates()).isEqualTo(two.updates());
    expectSameBytes(one.weights(), two.weights());
    expectSameBytes(one.firstMoments(), two.firstMoments());
    expectSameBytes(one.secondMoments(), two.secondMoments());
  }

  private static void expectSameBytes(List<HostTensor> one, List<HostTensor> two) {
    assertThat(one).hasSameSizeAs(two);
    for (int i = 0; i < one.size(); i++) {
      assertThat(one.get(i).values()).as(one.get(i).name()).isEqualTo(two.get(i).values());
    }
  }
}
