package dev.primeline.activities.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.ModelShape;
import dev.primeline.workflows.experiment.Objective;
import dev.primeline.workflows.experiment.Parameters;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ParameterLayoutTest {
  private static final ModelShape SHAPE = new ModelShape(3, 16, 4, 40, 10);

  static Stream<Family> families() {
    return Stream.of(
        Networks.arm(20),
        Networks.mdm(20),
        Networks.prime(3, 3, Head.TOKEN, Objective.JOINT),
        Networks.prime(3, 3, Head.SUB_TOKEN, Objective.BOUND));
  }

  @ParameterizedTest
  @MethodSource("families")
  void planCountsWhatTheLayoutHolds(Family family) {
    NetworkSpec spec = Networks.shuffled(family, SHAPE, 20);
    assertThat(Parameters.count(SHAPE, family, 20)).isEqualTo(ParameterLayout.parameters(spec));
  }

  @Test
  void namesAndShapesAreThePublishedOnes() {
    Family family = Networks.prime(3, 3, Head.SUB_TOKEN, Objective.BOUND);
    ModelShape one = new ModelShape(1, 8, 2, 12, 4);
    List<String> shown =
        ParameterLayout.of(Networks.shuffled(family, one, 20)).stream()
            .map(p -> p.name() + java.util.Arrays.toString(p.shape()))
            .toList();
    assertThat(shown)
        .containsExactly(
            "transformer.wte.weight[12, 8]",
            "transformer.h.0.norm_1.weight[8]",
            "transformer.h.0.attn.attn.weight[24, 8]",
            "transformer.h.0.attn.proj.weight[8, 8]",
            "transformer.h.0.norm_2.weight[8]",
            "transformer.h.0.mlp.swiglu.w1.weight[12, 8]",
            "transformer.h.0.mlp.swiglu.w2.weight[12, 8]",
            "transformer.h.0.mlp.swiglu.w3.weight[8, 12]",
            "transformer.ln_f.weight[8]",
            "lm_head.weight[6, 8]");
  }

  @Test
  void initialWeightsAreTheSameBytesOnEveryMachine() {
    NetworkSpec spec =
        Networks.shuffled(Networks.prime(3, 3, Head.TOKEN, Objective.BOUND), SHAPE, 20);
    java.security.MessageDigest digest = Hashes.sha256();
    for (HostTensor tensor : InitialWeights.of(spec, 17).toList()) {
      for (float value : tensor.values()) {
        digest.update(ByteBuffer.allocate(4).putFloat(value).array());
      }
    }
    assertThat(java.util.HexFormat.of().formatHex(digest.digest()))
        .isEqualTo("f205747b176142738b8e9feb31f018f2207346de87a14e458036a9c82653099d");
  }

  @Test
  void initialMatricesAreNormalWithTheStatedDeviation() {
    ModelShape wide = new ModelShape(2, 128, 4, 512, 10);
    NetworkSpec spec = Networks.shuffled(Networks.mdm(300), wide, 300);
    for (HostTensor tensor : InitialWeights.of(spec, 17).toList()) {
      double mean = 0;
      double squares = 0;
      for (float value : tensor.values()) {
        mean += value;
        squares += (double) value * value;
      }
      mean /= tensor.values().length;
      double deviation = Math.sqrt(squares / tensor.values().length);
      if (tensor.shape().length == 1) {
        assertThat(tensor.values()).containsOnly(1);
      } else {
        boolean residual = tensor.name().matches(".*(proj|w3).weight");
        double expected = Math.sqrt(2.0 / 5 / 128) / (residual ? 2 : 1);
        assertThat(deviation).as(tensor.name()).isCloseTo(expected, within(0.02 * expected));
        assertThat(mean).as(tensor.name()).isCloseTo(0, within(0.02 * expected));
      }
    }
  }
}
