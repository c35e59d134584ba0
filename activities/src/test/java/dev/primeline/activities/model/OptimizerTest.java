package dev.primeline.activities.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.primeline.activities.batches.Batch;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.Objective;
import dev.primeline.workflows.experiment.Precision;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine's update against AdamW (Loshchilov and Hutter 2019, algorithm 2) in float64. */
class OptimizerTest {

  @ParameterizedTest
  @ValueSource(doubles = {1e9, 0.05})
  void stepsAreAdamWOfTheClippedGradient(double clip) {
    NetworkSpec spec =
        Networks.shuffled(Networks.prime(4, 2, Head.TOKEN, Objective.BOUND), Networks.TINY, 11);
    StepSettings settings = new StepSettings(3e-3, 0.2, 0.8, 0.9, 1e-6, clip, 0, Precision.FP32);
    try (Network network = Network.create(spec, Networks.settings(), 2)) {
      int parameters = network.snapshot().weights().size();
      double[][] weights = new double[parameters][];
      double[][] first = new double[parameters][];
      double[][] second = new double[parameters][];
      for (int p = 0; p < parameters; p++) {
        weights[p] = doubles(network.snapshot().weights().get(p).values());
        first[p] = new double[weights[p].length];
        second[p] = new double[weights[p].length];
      }
      for (int step = 1; step <= 3; step++) {
        Batch batch = Networks.batch(spec, 4, 6, step);
        List<HostTensor> gradients = network.gradients(batch, 4, Precision.FP32);
        double norm = norm(gradients);
        StepResult result = network.step(batch, 4, settings);
        assertThat(result.gradientNorm()).isCloseTo(norm, within(1e-5 * norm));
        double scale = Math.min(1, clip / (norm + 1e-6));
        ModelState state = network.snapshot();
        for (int p = 0; p < parameters; p++) {
          double decay = gradients.get(p).shape().length == 2 ? settings.weightDecay() : 0;
          for (int i = 0; i < weights[p].length; i++) {
            double gradient = scale * gradients.get(p).values()[i];
            first[p][i] += (1 - settings.beta1()) * (gradient - first[p][i]);
            second[p][i] += (1 - settings.beta2()) * (gradient * gradient - second[p][i]);
            double m = first[p][i] / (1 - Math.pow(settings.beta1(), step));
            double v = second[p][i] / (1 - Math.pow(settings.beta2(), step));
            weights[p][i] -=
                settings.learningRate()
                    * (m / (Math.sqrt(v) + settings.epsilon()) + decay * weights[p][i]);
            assertThat((double) state.weights().get(p).values()[i])
                .isCloseTo(weights[p][i], within(2e-6));
          }
        }
      }
    }
  }

  private static double norm(List<HostTensor> gradients) {
    double squares = 0;
    for (HostTensor gradient : gradients) {
      for (float value : gradient.values()) {
        squares += (double) value * value;
      }
    }
    return Math.sqrt(squares);
  }

  private static double[] doubles(float[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = values[i];
    }
    return result;
  }
}
