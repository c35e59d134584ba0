package dev.primeline.activities.model;

import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.ModelShape;
import java.util.ArrayList;
import java.util.List;

/**
 * Names and shapes of a network's parameters, in the order in which the engine takes them (METHOD
 * section 10). Every family has the same layout; ARM therefore has a MASK row that it never uses.
 */
final class ParameterLayout {

  /** The name of the last parameter, the head. */
  static final String HEAD = "lm_head.weight";

  /**
   * One parameter.
   *
   * @param name its public reference name
   * @param shape its dimensions: two for a matrix, one for a norm's gain
   */
  record Parameter(String name, int... shape) {

    int rows() {
      return shape[0];
    }

    boolean matrix() {
      return shape.length == 2;
    }

    int size() {
      int size = 1;
      for (int dimension : shape) {
        size = Math.multiplyExact(size, dimension);
      }
      return size;
    }
  }

  private ParameterLayout() {}

  static List<Parameter> of(NetworkSpec spec) {
    return of(spec.family(), spec.shape(), spec.vocabularySize());
  }

  static List<Parameter> of(Family family, ModelShape shape, int vocabularySize) {
    int width = shape.width();
    List<Parameter> layout = new ArrayList<>();
    layout.add(new Parameter("transformer.wte.weight", family.ell() * (family.base() + 1), width));
    for (int layer = 0; layer < shape.layers(); layer++) {
      String block = "transformer.h." + layer + ".";
      layout.add(new Parameter(block + "norm_1.weight", width));
      layout.add(new Parameter(block + "attn.attn.weight", 3 * width, width));
      layout.add(new Parameter(block + "attn.proj.weight", width, width));
      layout.add(new Parameter(block + "norm_2.weight", width));
      layout.add(new Parameter(block + "mlp.swiglu.w1.weight", shape.feedForward(), width));
      layout.add(new Parameter(block + "mlp.swiglu.w2.weight", shape.feedForward(), width));
      layout.add(new Parameter(block + "mlp.swiglu.w3.weight", width, shape.feedForward()));
    }
    layout.add(new Parameter("transformer.ln_f.weight", width));
    int logits = family.head() == Head.TOKEN ? vocabularySize : family.ell() * (family.base() - 1);
    layout.add(new Parameter(HEAD, logits, width));
    return layout;
  }

  static long parameters(NetworkSpec spec) {
    return of(spec).stream().mapToLong(Parameter::size).sum();
  }
}
