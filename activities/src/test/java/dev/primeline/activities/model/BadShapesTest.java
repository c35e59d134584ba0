package dev.primeline.activities.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.activities.batches.Batch;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.ModelShape;
import dev.primeline.workflows.experiment.Objective;
import org.junit.jupiter.api.Test;

/** What the engine must never see is refused in one sentence. */
class BadShapesTest {
  private static final ModelShape SHAPE = Networks.TINY;

  @Test
  void headsMustDivideTheWidth() {
    ModelShape shape = new ModelShape(1, 10, 3, 8, 4);
    assertThatThrownBy(() -> Networks.indexed(Networks.mdm(5), shape, 5))
        .isInstanceOf(BadInput.class)
        .hasMessage("model.heads: 3 does not divide the width 10");
  }

  @Test
  void headWidthMustBeEven() {
    ModelShape shape = new ModelShape(1, 9, 3, 8, 4);
    assertThatThrownBy(() -> Networks.indexed(Networks.mdm(5), shape, 5))
        .isInstanceOf(BadInput.class)
        .hasMessage("model.heads: 3 heads of width 3; rotary positions need an even head width");
  }

  @Test
  void digitsMustReachTheVocabulary() {
    assertThatThrownBy(
            () -> Networks.indexed(Networks.prime(4, 2, Head.TOKEN, Objective.BOUND), SHAPE, 17))
        .isInstanceOf(BadInput.class)
        .hasMessage("family prime-4-2: 4 digits of base 2 give 16 codes, too few for 17 tokens");
  }

  @Test
  void codesMustDiffer() {
    assertThatThrownBy(() -> new NetworkSpec(Networks.mdm(3), SHAPE, 3, new int[] {0, 2, 2}))
        .isInstanceOf(BadInput.class)
        .hasMessage("family mdm: token 2 has code 2, which another token has already");
  }

  @Test
  void subTokenHeadNeedsTheBound() {
    assertThatThrownBy(
            () ->
                Networks.indexed(Networks.prime(4, 2, Head.SUB_TOKEN, Objective.JOINT), SHAPE, 16))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("sub-token head");
  }

  @Test
  void aNetworkThatTheHeapCannotHoldIsRefusedBeforeAnythingIsAllocated() {
    ModelShape large = new ModelShape(12, 768, 12, 3072, 64);
    NetworkSpec spec = Networks.indexed(Networks.mdm(257), large, 257);
    assertThatThrownBy(() -> Network.requireHeap(spec, 1_000_000_000))
        .isInstanceOf(BadInput.class)
        .hasMessageMatching(
            "model: the 11[0-9],[0-9]{3},[0-9]{3} parameters of mdm need 1\\.4 GB of Java heap and this"
                + " process has 1\\.0 GB, expected a smaller model or a larger heap \\(-Xmx\\)");
    Network.requireHeap(spec, 2_000_000_000);
  }

  @Test
  void batchesMustFitTheNetwork() {
    NetworkSpec spec = Networks.indexed(Networks.mdm(5), SHAPE, 5);
    try (Network network = Network.create(spec, Networks.settings(), 1)) {
      float[] one = {1};
      assertThatThrownBy(() -> network.costs(new Batch(1, 7, new int[8], new int[7], one)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "a batch of 1 sequences of length 7, expected at least one sequence and a length in [1, 6]");
      assertThatThrownBy(() -> network.costs(new Batch(1, 2, new int[] {0, 1, 5}, new int[2], one)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("sequence 0, column 2: token 5, expected one in [0, 5)");
      assertThatThrownBy(() -> network.costs(new Batch(1, 2, new int[3], new int[] {0, 2}, one)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("sequence 0, column 2: mask 10, expected at most 1 bits");
      Batch four = Networks.batch(spec, 4, 6, 1);
      assertThatThrownBy(() -> network.step(four, 3, Networks.STEP))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("micro-batch: 3, expected a divisor of the 4 sequences of a batch");
    }
  }

  @Test
  void statesMustBeThisNetworks() {
    NetworkSpec spec = Networks.indexed(Networks.mdm(5), SHAPE, 5);
    NetworkSpec larger = Networks.indexed(Networks.mdm(6), SHAPE, 6);
    try (Network network = Network.create(spec, Networks.settings(), 1);
        Network other = Network.create(larger, Networks.settings(), 1)) {
      assertThatThrownBy(() -> network.restore(other.snapshot()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "tensor 0 of a state: transformer.wte.weight [7, 8] with 56 values, expected transformer.wte.weight [6, 8]");
    }
  }
}
