package dev.primeline.activities.model;

import dev.primeline.workflows.experiment.ModelShape;
import java.nio.DoubleBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An autoregressive network in the middle of a sequence. Keys and values of what was read are kept,
 * so that a further token costs one position. One thread at a time, and nothing else may use the
 * network meanwhile.
 */
public final class Decoder implements AutoCloseable {
  private final NetworkSpec spec;
  private final TorchModule module;
  private final TorchModule.Resident weights;
  private final TorchModule.Resident cache;
  private final HeadLogits head;
  private int length;

  Decoder(NetworkSpec spec, TorchModule module, TorchModule.Resident weights) {
    if (!spec.family().autoregressive()) {
      throw new IllegalArgumentException(
          "%s is not autoregressive, expected a causal network".formatted(spec.family().name()));
    }
    this.spec = spec;
    this.module = module;
    this.weights = weights;
    head = new HeadLogits(spec, module, weights);
    ModelShape shape = spec.shape();
    int[] form = {1, shape.length(), shape.heads(), shape.headWidth()};
    float[] zeros = new float[shape.length() * shape.width()];
    cache =
        module.keep(
            "k",
            IntStream.range(0, 2 * shape.layers()).mapToObj(i -> new HostTensor("k", form, zeros)));
  }

  /**
   * Reads tokens and says what comes after the last of them: logits [V].
   *
   * @param tokens the whole beginning, separator first, in the first call; one token in later ones
   * @throws IllegalArgumentException when the model's window is full; one sentence
   */
  public float[] read(int... tokens) {
    int longest = spec.shape().length();
    if (tokens.length < 1
        || length + tokens.length > longest
        || (length > 0 && tokens.length > 1)) {
      throw new IllegalArgumentException(
          "%d tokens after %d, expected a beginning or one more, and at most %d in all"
              .formatted(tokens.length, length, longest));
    }
    long[] codes = new long[tokens.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = spec.codes()[tokens[i]];
    }
    float[] state =
        module.floats(
            "read_on",
            List.of(weights, cache),
            new TorchModule.Input(LongBuffer.wrap(codes), 1, codes.length),
            new TorchModule.Input(DoubleBuffer.wrap(new double[] {length}), 1));
    length += tokens.length;
    float[][] logits = new float[1][];
    head.read(state, (row, values) -> logits[row] = values);
    return logits[0];
  }

  @Override
  public void close() {
    module.release(cache);
  }
}
