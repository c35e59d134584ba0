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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine against the network in float64. */
class OracleTest {
  private static final int V = 11;
  private static final int MANY = 2500;

  /** Logits hundreds apart. */
  private static final float UNDERFLOWING = 400;

  static Stream<Case> cases() {
    Family binary = Networks.prime(4, 2, Head.TOKEN, Objective.BOUND);
    Family ternary = Networks.prime(3, 3, Head.TOKEN, Objective.BOUND);
    Family wide = Networks.prime(2, 300, Head.TOKEN, Objective.BOUND);
    Family binaryJoint = Networks.prime(4, 2, Head.TOKEN, Objective.JOINT);
    Family ternaryJoint = Networks.prime(3, 3, Head.TOKEN, Objective.JOINT);
    Family binarySub = Networks.prime(4, 2, Head.SUB_TOKEN, Objective.BOUND);
    Family ternarySub = Networks.prime(3, 3, Head.SUB_TOKEN, Objective.BOUND);
    Family blocks = Networks.prime(13, 2, Head.TOKEN, Objective.BOUND);
    Family ternaryBlocks = Networks.prime(8, 3, Head.TOKEN, Objective.JOINT);
    ModelShape shape = Networks.TINY;
    return Stream.of(
        new Case("arm", Networks.indexed(Networks.arm(V), shape, V), 1),
        new Case("mdm", Networks.indexed(Networks.mdm(V), shape, V), 1),
        new Case("mdm, shuffled", Networks.shuffled(Networks.mdm(V), shape, V), 1),
        new Case("bound, b = 2", Networks.shuffled(binary, shape, V), 1),
        new Case("bound, b = 2, scattered codes", Networks.scattered(binary, shape, V), 1),
        new Case("bound, b = 3", Networks.shuffled(ternary, shape, V), 1),
        new Case("bound, b = 3, scattered codes", Networks.scattered(ternary, shape, V), 1),
        new Case("bound, b = 300, embedding looked up", Networks.shuffled(wide, shape, V), 1),
        new Case("bound, confident", Networks.shuffled(ternary, shape, V), 20),
        new Case("bound, underflowing", Networks.shuffled(binary, shape, V), UNDERFLOWING),
        new Case("joint, b = 2", Networks.shuffled(binaryJoint, shape, V), 1),
        new Case("joint, b = 3", Networks.scattered(ternaryJoint, shape, V), 1),
        new Case("joint, underflowing", Networks.shuffled(binaryJoint, shape, V), UNDERFLOWING),
        new Case("sub-token head, b = 2", Networks.shuffled(binarySub, shape, V), 1),
        new Case("sub-token head, b = 2, scattered", Networks.scattered(binarySub, shape, V), 1),
        new Case("sub-token head, b = 3", Networks.shuffled(ternarySub, shape, V), 1),
        new Case("sub-token head, b = 3, scattered", Networks.scattered(ternarySub, shape, V), 1),
        // Several blocks of codes: the last one narrower, one without a token.
        new Case("mdm, blocks", Networks.indexed(Networks.mdm(MANY), shape, MANY), 1),
        new Case("bound, b = 2, blocks", Networks.shuffled(blocks, shape, MANY), 1),
        new Case("bound, b = 2, blocks, one empty", Networks.withGap(blocks, shape, MANY), 1),
        new Case("bound, b = 2, blocks, scattered", Networks.scattered(blocks, shape, MANY), 1),
        new Case(
            "bound, blocks, underflowing", Networks.shuffled(blocks, shape, MANY), UNDERFLOWING),
        new Case("joint, b = 3, blocks", Networks.shuffled(ternaryBlocks, shape, MANY), 1));
  }

  /** A network whose head's weights are multiplied by a factor, to make it confident. */
  record Case(String name, NetworkSpec spec, float headFactor) {

    Network network() {
      Network network = Network.create(spec, Networks.settings(), 7);
      network.restore(Networks.scaled(network.snapshot(), ParameterLayout.HEAD, headFactor));
      return network;
    }

    Batch batch() {
      return spec.vocabularySize() == MANY
          ? Networks.batch(spec, 2, 3, 11)
          : Networks.batch(spec, 3, 5, 11);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void costsAreThoseOfTheReference(Case the) {
    try (Network network = the.network()) {
      Batch batch = the.batch();
      ReferenceNetwork reference = new ReferenceNetwork(the.spec, network.snapshot().weights());
      Denoiser.Costs costs = network.costs(batch);
      for (int s = 0; s < batch.sequences(); s++) {
        double[] expected = reference.costs(batch, s);
        assertThat(costs.marginal()[s]).isCloseTo(expected[0], within(1e-6 * expected[0]));
        if (the.spec.tokenHead()) {
          assertThat(costs.joint()[s]).isCloseTo(expected[1], within(1e-6 * expected[1]));
        } else {
          assertThat(costs.joint()[s]).isNaN();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreFiniteDifferencesOfTheReference(Case the) {
    try (Network network = the.network()) {
      Batch batch = the.batch();
      ReferenceNetwork reference = new ReferenceNetwork(the.spec, network.snapshot().weights());
      List<HostTensor> gradients = network.gradients(batch, 1, Precision.FP32);
      double largest = 0;
      double error = 0;
      for (int p = 0; p < gradients.size(); p++) {
        float[] gradient = gradients.get(p).values();
        // A difference costs two passes over the vocabulary.
        int stride = the.spec.vocabularySize() == MANY ? 1 + gradient.length / 25 : 1;
        for (int i = 0; i < gradient.length; i++) {
          boolean seen = p == 0 && gradient[i] != 0; // the few rows that the batch embeds
          if (i % stride != 0 && !seen) {
            continue;
          }
          double expected = difference(reference, batch, p, i);
          largest = Math.max(largest, Math.abs(expected));
          error = Math.max(error, Math.abs(gradient[i] - expected));
        }
        assertThat(error).as(gradients.get(p).name()).isLessThan(1e-5 * largest);
      }
      assertThat(largest).isGreaterThan(1e-3);
      assertThat(network.step(batch, 1, Networks.STEP).underflows() > 0)
          .isEqualTo(the.headFactor == UNDERFLOWING);
    }
  }

  private static double difference(ReferenceNetwork reference, Batch batch, int p, int i) {
    double[] weights = reference.weights[p];
    double kept = weights[i];
    double step = 1e-5 * Math.max(1e-1, Math.abs(kept));
    weights[i] = kept + step;
    double up = reference.loss(batch);
    weights[i] = kept - step;
    double down = reference.loss(batch);
    weights[i] = kept;
    return (up - down) / (2 * step);
  }
}
