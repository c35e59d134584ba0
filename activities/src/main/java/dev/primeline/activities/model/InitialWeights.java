package dev.primeline.activities.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Weights before the first step: a pure function of (seed, parameter, index), the same bytes on
 * every machine.
 */
final class InitialWeights {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private InitialWeights() {}

  /**
   * Matrices are normal with standard deviation sqrt(2 / (5 D)), as in Llama-style trainers; the
   * two that write to the residual stream are divided by sqrt(2 layers), the embedding rows, of
   * which ell are summed, by sqrt(ell). Gains are 1.
   *
   * @return the parameters in layout order, each made when it is asked for
   */
  static Stream<HostTensor> of(NetworkSpec spec, long seed) {
    List<ParameterLayout.Parameter> layout = ParameterLayout.of(spec);
    return IntStream.range(0, layout.size()).mapToObj(i -> one(spec, seed, i, layout.get(i)));
  }

  private static HostTensor one(
      NetworkSpec spec, long seed, int index, ParameterLayout.Parameter parameter) {
    float[] values = new float[parameter.size()];
    if (parameter.matrix()) {
      double deviation = Math.sqrt(2.0 / 5 / spec.shape().width());
      String name = parameter.name();
      double divisor = 1;
      if (name.endsWith("attn.proj.weight") || name.endsWith("swiglu.w3.weight")) {
        divisor = Math.sqrt(2.0 * spec.shape().layers());
      } else if (name.endsWith("wte.weight")) {
        divisor = Math.sqrt(spec.family().ell());
      }
      fill(values, mix(seed) + index, deviation / divisor);
    } else {
      Arrays.fill(values, 1);
    }
    return new HostTensor(parameter.name(), parameter.shape(), values);
  }

  private static void fill(float[] values, long stream, double deviation) {
    long key = mix(stream);
    IntStream.range(0, values.length)
        .parallel()
        .forEach(i -> values[i] = (float) (deviation * normal(key, i)));
  }

  /** Box and Muller's cosine branch; StrictMath gives the same bits everywhere. */
  private static double normal(long key, int index) {
    double radius = unit(mix(key + GOLDEN * (2L * index + 1)));
    double angle = unit(mix(key + GOLDEN * (2L * index + 2)));
    return StrictMath.sqrt(-2 * StrictMath.log(radius)) * StrictMath.cos(2 * Math.PI * angle);
  }

  /** In (0, 1]. */
  private static double unit(long bits) {
    return ((bits >>> 11) + 1) * 0x1.0p-53;
  }

  /** SplitMix64's output function (Steele, Lea and Flood 2014). */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
