package dev.primeline.activities.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.primeline.activities.batches.Batch;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.ModelShape;
import dev.primeline.workflows.experiment.Objective;
import dev.primeline.workflows.experiment.Precision;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** bf16 against fp32: eight bits of mantissa, so single products differ by up to 2^-8. */
class PrecisionTest {
  private static final int V = 61;
  private static final ModelShape SHAPE = new ModelShape(2, 32, 2, 64, 16);

  static Stream<Family> families() {
    return Stream.of(
        Networks.arm(V),
        Networks.mdm(V),
        Networks.prime(6, 2, Head.TOKEN, Objective.BOUND),
        Networks.prime(6, 2, Head.TOKEN, Objective.JOINT),
        Networks.prime(6, 2, Head.SUB_TOKEN, Objective.BOUND));
  }

  @ParameterizedTest
  @MethodSource("families")
  void gradientsPointTheSameWay(Family family) {
    for (Kernel kernel : Kernel.values()) {
      NetworkSpec spec = Networks.shuffled(family, SHAPE, V);
      try (Network network = Network.create(spec, new EngineSettings(1, kernel), 3)) {
        Batch batch = Networks.batch(spec, 8, 16, 2);
        List<HostTensor> single = network.gradients(batch, 4, Precision.FP32);
        List<HostTensor> half = network.gradients(batch, 4, Precision.BF16);
        double error = distance(single, half) / distance(single, List.of());
        assertThat(error).as(kernel.label()).isBetween(1e-6, 2e-2);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void scoresAreSinglePrecisionWhateverTheTrainingIs(Family family) {
    NetworkSpec spec = Networks.shuffled(family, SHAPE, V);
    try (Network network = Network.create(spec, Networks.settings(), 3);
        Network same = Network.create(spec, Networks.settings(), 3)) {
      Batch batch = Networks.batch(spec, 4, 16, 2);
      StepResult step = network.step(batch, 4, settings(Precision.BF16));
      same.restore(network.snapshot());
      assertThat(step.loss()).isFinite();
      assertThat(network.costs(batch).marginal()).isEqualTo(same.costs(batch).marginal());
    }
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("families")
  void lossCurvesOfThreeHundredStepsStayWithinOnePercent(Family family) {
    NetworkSpec spec = Networks.shuffled(family, SHAPE, V);
    try (Network single = Network.create(spec, Networks.settings(), 3);
        Network half = Network.create(spec, Networks.settings(), 3)) {
      double singles = 0;
      double halves = 0;
      for (int step = 0; step < 300; step++) {
        // A text of some batches, seen again and again: there is something to learn.
        Batch batch = Networks.batch(spec, 8, 16, step % 25);
        singles += single.step(batch, 8, settings(Precision.FP32)).loss();
        halves += half.step(batch, 8, settings(Precision.BF16)).loss();
        if ((step + 1) % 25 == 0) {
          assertThat(halves).as("to step %d", step).isCloseTo(singles, within(0.01 * singles));
          singles = 0;
          halves = 0;
        }
      }
    }
  }

  private static StepSettings settings(Precision precision) {
    return new StepSettings(1e-3, 0.1, 0.9, 0.95, 1e-8, 1, 0, precision);
  }

  /** Euclidean distance, from zero where the other list is empty. */
  private static double distance(List<HostTensor> tensors, List<HostTensor> others) {
    double squares = 0;
    for (int p = 0; p < tensors.size(); p++) {
      float[] values = tensors.get(p).values();
      for (int i = 0; i < values.length; i++) {
        double other = others.isEmpty() ? 0 : others.get(p).values()[i];
        squares += (values[i] - other) * (values[i] - other);
      }
    }
    return Math.sqrt(squares);
  }
}
