package dev.primeline.activities.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.primeline.activities.batches.Batch;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.ModelShape;
import dev.primeline.workflows.experiment.Objective;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What samplers are told is what the costs are made of. */
class LogitsTest {
  private static final ModelShape SHAPE = new ModelShape(2, 16, 2, 24, 8);

  static Stream<NetworkSpec> tokenHeads() {
    return Stream.of(
        Networks.indexed(Networks.arm(13), SHAPE, 13),
        Networks.indexed(Networks.mdm(13), SHAPE, 13),
        Networks.shuffled(Networks.prime(2, 4, Head.TOKEN, Objective.BOUND), SHAPE, 13),
        Networks.scattered(Networks.prime(5, 2, Head.TOKEN, Objective.BOUND), SHAPE, 13));
  }

  private static Network trained(NetworkSpec spec) {
    Network network = Network.create(spec, Networks.settings(), 1);
    for (int i = 0; i < 5; i++) {
      network.step(Networks.batch(spec, 4, 8, i), 4, Networks.STEP);
    }
    return network;
  }

  private static Map<Integer, float[]> logits(Network network, Batch batch) {
    int[] positions =
        IntStream.range(0, batch.length()).filter(i -> batch.masks()[i] != 0).toArray();
    Map<Integer, float[]> found = new HashMap<>();
    network.logits(batch, positions, found::put);
    assertThat(found.keySet())
        .containsExactlyInAnyOrder(Arrays.stream(positions).boxed().toArray(Integer[]::new));
    return found;
  }

  /** -log of the softmax over some values. */
  private static double surprise(float[] logits, int value, IntPredicate possible) {
    double sum =
        IntStream.range(0, logits.length)
            .filter(possible)
            .mapToDouble(v -> Math.exp(logits[v]))
            .sum();
    return Math.log(sum) - logits[value];
  }

  private static int digit(NetworkSpec spec, int token, int j) {
    int place = (int) Math.pow(spec.family().base(), spec.family().ell() - 1.0 - j);
    return spec.codes()[token] / place % spec.family().base();
  }

  private static boolean agrees(NetworkSpec spec, int one, int other, int mask) {
    return IntStream.range(0, spec.family().ell())
        .filter(j -> (mask >>> j & 1) == 0)
        .allMatch(j -> digit(spec, one, j) == digit(spec, other, j));
  }

  @ParameterizedTest
  @MethodSource("tokenHeads")
  void theirSoftmaxOverAgreeingTokensIsTheJointCost(NetworkSpec spec) {
    try (Network network = trained(spec)) {
      Batch batch = Networks.batch(spec, 1, 7, 3);
      double nats = 0;
      for (var entry : logits(network, batch).entrySet()) {
        int position = entry.getKey();
        int token = batch.tokens()[position + 1];
        int mask = batch.masks()[position];
        nats +=
            surprise(
                entry.getValue(),
                token,
                v -> spec.family().autoregressive() || agrees(spec, v, token, mask));
      }
      assertThat(nats).isCloseTo(network.costs(batch).joint()[0], within(1e-4));
    }
  }

  @Test
  void thoseOfTheSubTokenHeadGiveTheMarginalCostsWhereEveryCodeIsAToken() {
    Family family = Networks.prime(2, 4, Head.SUB_TOKEN, Objective.BOUND);
    NetworkSpec spec = Networks.shuffled(family, SHAPE, 16);
    try (Network network = trained(spec)) {
      Batch batch = Networks.batch(spec, 1, 7, 3);
      double nats = 0;
      for (var entry : logits(network, batch).entrySet()) {
        int position = entry.getKey();
        assertThat(entry.getValue()).hasSize(2 * 3);
        for (int j = 0; j < 2; j++) {
          if ((batch.masks()[position] >>> j & 1) != 0) {
            float[] values = new float[4];
            System.arraycopy(entry.getValue(), 3 * j, values, 1, 3);
            nats += surprise(values, digit(spec, batch.tokens()[position + 1], j), v -> true);
          }
        }
      }
      assertThat(nats).isCloseTo(network.costs(batch).marginal()[0], within(1e-4));
    }
  }

  @Test
  void aDecoderReadsOnAsIfItHadReadTheWholeAgain() {
    NetworkSpec spec = Networks.indexed(Networks.arm(13), SHAPE, 13);
    try (Network network = trained(spec)) {
      Batch batch = Networks.batch(spec, 1, 8, 3);
      Map<Integer, float[]> whole = logits(network, batch);
      int before = network.residents();
      try (Decoder decoder = network.decoder()) {
        expectClose(
            decoder.read(Arrays.copyOf(batch.tokens(), 3)), Objects.requireNonNull(whole.get(2)));
        for (int i = 3; i < 8; i++) {
          expectClose(decoder.read(batch.tokens()[i]), Objects.requireNonNull(whole.get(i)));
        }
        assertThatThrownBy(() -> decoder.read(1)).hasMessageContaining("at most 8 in all");
      }
      assertThat(network.residents()).isEqualTo(before);
    }
  }

  private static void expectClose(float[] read, float[] expected) {
    assertThat(read).hasSameSizeAs(expected);
    for (int v = 0; v < read.length; v++) {
      assertThat(read[v]).isCloseTo(expected[v], within(1e-4f));
    }
  }
}
