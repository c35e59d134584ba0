package dev.primeline.activities.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.activities.batches.Batch;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.ModelShape;
import dev.primeline.workflows.experiment.Objective;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NetworkTest {
  private static final ModelShape SHAPE = new ModelShape(2, 32, 2, 64, 16);

  static Stream<Family> families() {
    return Stream.of(
        Networks.arm(13),
        Networks.mdm(13),
        Networks.prime(2, 4, Head.TOKEN, Objective.BOUND),
        Networks.prime(4, 2, Head.TOKEN, Objective.BOUND),
        Networks.prime(4, 2, Head.TOKEN, Objective.JOINT),
        Networks.prime(4, 2, Head.SUB_TOKEN, Objective.BOUND));
  }

  @ParameterizedTest
  @MethodSource("families")
  void lossFallsOnARepeatedBatch(Family family) {
    NetworkSpec spec = Networks.shuffled(family, SHAPE, 13);
    try (Network network = Network.create(spec, Networks.settings(), 1)) {
      Batch batch = Networks.batch(spec, 4, 16, 5);
      double first = network.step(batch, 2, Networks.STEP).loss();
      double last = first;
      for (int i = 0; i < 60; i++) {
        last = network.step(batch, 2, Networks.STEP).loss();
      }
      System.out.println(family.name() + " " + first + " -> " + last);
      assertThat(last).isLessThan(0.5 * first);
    }
  }
}
