package dev.primeline.activities.model;

import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.ModelShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Weights with the public reference names (METHOD section 10) made to fit a network.
 *
 * <p>Published files pad the vocabulary: rows of the head above V are left out, and so are, at ell
 * = 1, rows of the embedding between V and the last one, which is MASK. An autoregressive model may
 * have no MASK row; it never uses the one that it gets, which is zero.
 */
public final class ReferenceWeights {

  private static final String EMBEDDING = "transformer.wte.weight";
  private static final Pattern BLOCK = Pattern.compile("transformer\\.h\\.(\\d{1,4})\\..*");

  private ReferenceWeights() {}

  /**
   * The tensors in layout order.
   *
   * @throws BadInput when one is missing, of another shape, holds what is no finite number, or
   *     belongs to no parameter
   */
  public static List<HostTensor> fit(
      Family family, ModelShape shape, int vocabularySize, List<HostTensor> tensors) {
    Map<String, HostTensor> given = new LinkedHashMap<>();
    for (HostTensor tensor : tensors) {
      given.put(tensor.name(), tensor);
    }
    int headRows = rows(given.get(ParameterLayout.HEAD));
    List<HostTensor> fitted = new ArrayList<>();
    for (ParameterLayout.Parameter parameter : ParameterLayout.of(family, shape, vocabularySize)) {
      HostTensor tensor = given.remove(parameter.name());
      if (tensor == null) {
        throw new BadInput(
            "weights: no tensor %s, expected one of shape %s"
                .formatted(parameter.name(), Arrays.toString(parameter.shape())));
      }
      requireFinite(tensor);
      fitted.add(fit(family, vocabularySize, headRows, parameter, tensor));
    }
    if (!given.isEmpty()) {
      throw new BadInput(
          "weights: tensor %s belongs to no parameter of %s with %d layers"
              .formatted(given.keySet().iterator().next(), family.name(), shape.layers()));
    }
    return fitted;
  }

  /**
   * The backbone that tensors of a file belong to.
   *
   * @param heads of its attention, which no tensor's shape tells
   * @param length scored tokens of its window, likewise
   * @throws BadInput when the embedding or the first block is not among the tensors
   */
  public static ModelShape shape(List<HostTensor> tensors, int heads, int length) {
    int layers = 0;
    for (HostTensor tensor : tensors) {
      Matcher block = BLOCK.matcher(tensor.name());
      if (block.matches()) {
        layers = Math.max(layers, Integer.parseInt(block.group(1)) + 1);
      }
    }
    return new ModelShape(
        layers,
        matrix(tensors, EMBEDDING).shape()[1],
        heads,
        matrix(tensors, "transformer.h.0.mlp.swiglu.w1.weight").shape()[0],
        length);
  }

  private static HostTensor matrix(List<HostTensor> tensors, String name) {
    return tensors.stream()
        .filter(tensor -> tensor.name().equals(name) && tensor.shape().length == 2)
        .findFirst()
        .orElseThrow(
            () ->
                new BadInput(
                    "weights: no matrix %s, expected the public reference names".formatted(name)));
  }

  private static HostTensor fit(
      Family family,
      int vocabularySize,
      int headRows,
      ParameterLayout.Parameter parameter,
      HostTensor tensor) {
    if (Arrays.equals(tensor.shape(), parameter.shape())) {
      return tensor;
    }
    boolean sameWidth =
        tensor.shape().length == 2
            && parameter.matrix()
            && tensor.shape()[1] == parameter.shape()[1];
    int rows = rows(tensor);
    if (sameWidth && parameter.name().equals(ParameterLayout.HEAD) && rows > parameter.rows()) {
      return firstRows(tensor, parameter.rows());
    }
    if (sameWidth && parameter.name().equals(EMBEDDING) && family.ell() == 1) {
      boolean masked = rows == headRows + 1 && rows > vocabularySize;
      if (masked || (family.autoregressive() && rows == headRows && rows >= vocabularySize)) {
        HostTensor table = firstRows(tensor, vocabularySize + 1);
        int width = tensor.shape()[1];
        int last = vocabularySize * width;
        if (masked) {
          System.arraycopy(tensor.values(), (rows - 1) * width, table.values(), last, width);
        } else {
          Arrays.fill(table.values(), last, last + width, 0);
        }
        return table;
      }
    }
    throw new BadInput(
        "weights: tensor %s has shape %s, expected %s"
            .formatted(
                tensor.name(),
                Arrays.toString(tensor.shape()),
                Arrays.toString(parameter.shape())));
  }

  private static void requireFinite(HostTensor tensor) {
    for (int i = 0; i < tensor.values().length; i++) {
      if (!Float.isFinite(tensor.values()[i])) {
        throw new BadInput(
            "weights: number %d of %s is %s, expected a finite one"
                .formatted(i, tensor.name(), tensor.values()[i]));
      }
    }
  }

  private static int rows(@Nullable HostTensor tensor) {
    return tensor == null || tensor.shape().length == 0 ? 0 : tensor.shape()[0];
  }

  /** So many rows from the top; those that are not there are zero. */
  private static HostTensor firstRows(HostTensor tensor, int rows) {
    int width = tensor.shape()[1];
    float[] values = Arrays.copyOf(tensor.values(), Math.multiplyExact(rows, width));
    return new HostTensor(tensor.name(), new int[] {rows, width}, values);
  }
}
