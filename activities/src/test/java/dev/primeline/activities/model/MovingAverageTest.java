package dev.primeline.activities.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.ModelShape;
import dev.primeline.workflows.experiment.Objective;
import dev.primeline.workflows.experiment.Precision;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MovingAverageTest {
  private static final double DECAY = 0.3;
  private static final StepSettings STEP =
      new StepSettings(1e-2, 0.1, 0.9, 0.95, 1e-8, 1, DECAY, Precision.FP32);
  private static final NetworkSpec SPEC =
      Networks.shuffled(
          Networks.prime(4, 2, Head.TOKEN, Objective.BOUND), new ModelShape(1, 8, 2, 8, 6), 13);

  @Test
  void theAverageForgetsFasterWhileItIsYoung() {
    try (Network network = Network.create(SPEC, Networks.settings(), 1)) {
      List<double[]> expected = new ArrayList<>();
      for (int n = 1; n <= 6; n++) {
        network.step(Networks.batch(SPEC, 4, 6, n), 4, STEP);
        ModelState state = network.snapshot();
        double kept = n == 1 ? 0 : Math.min(DECAY, (1.0 + n) / (10.0 + n));
        for (int p = 0; p < state.weights().size(); p++) {
          float[] weights = state.weights().get(p).values();
          if (n == 1) {
            expected.add(new double[weights.length]);
          }
          for (int i = 0; i < weights.length; i++) {
            double[] average = expected.get(p);
            average[i] = kept * average[i] + (1 - kept) * weights[i];
            assertThat((double) state.average().get(p).values()[i])
                .isCloseTo(average[i], within(1e-6));
          }
        }
      }
    }
  }

  @Test
  void theAverageIsWhatIsScored() {
    try (Network network = Network.create(SPEC, Networks.settings(), 1);
        Network averaged = Network.create(SPEC, Networks.settings(), 1)) {
      for (int step = 0; step < 4; step++) {
        network.step(Networks.batch(SPEC, 4, 6, step), 4, STEP);
      }
      ModelState state = network.snapshot();
      averaged.restore(state.with(state.average()));
      double[] scored = network.costs(Networks.batch(SPEC, 4, 6, 9)).marginal();
      assertThat(averaged.costs(Networks.batch(SPEC, 4, 6, 9)).marginal()).isEqualTo(scored);
      averaged.restore(state.with(state.weights()));
      assertThat(averaged.costs(Networks.batch(SPEC, 4, 6, 9)).marginal()).isNotEqualTo(scored);
    }
  }

  @Test
  void aRestoredNetworkContinuesItsAverage() {
    try (Network undisturbed = Network.create(SPEC, Networks.settings(), 1);
        Network resumed = Network.create(SPEC, Networks.settings(), 2)) {
      undisturbed.step(Networks.batch(SPEC, 4, 6, 0), 4, STEP);
      undisturbed.step(Networks.batch(SPEC, 4, 6, 1), 4, STEP);
      resumed.restore(undisturbed.snapshot());
      int before = resumed.residents();
      undisturbed.step(Networks.batch(SPEC, 4, 6, 2), 4, STEP);
      resumed.step(Networks.batch(SPEC, 4, 6, 2), 4, STEP);
      assertThat(resumed.residents()).isEqualTo(before);
      for (int p = 0; p < undisturbed.snapshot().average().size(); p++) {
        assertThat(resumed.snapshot().average().get(p).values())
            .isEqualTo(undisturbed.snapshot().average().get(p).values());
      }
    }
  }
}
