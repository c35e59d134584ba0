package dev.primeline.activities.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.ModelShape;
import dev.primeline.workflows.experiment.Objective;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReferenceWeightsTest {

  private static final ModelShape SHAPE = new ModelShape(1, 2, 1, 3, 10);
  private static final int V = 5;
  private static final Family MDM = Networks.mdm(V);
  private static final Family ARM = Networks.arm(V);

  /** Weights of a file whose tables have so many rows; row r holds r and -r. */
  private static List<HostTensor> file(Family family, int embeddingRows, int headRows) {
    List<HostTensor> tensors = new ArrayList<>();
    for (ParameterLayout.Parameter parameter : ParameterLayout.of(family, SHAPE, V)) {
      int[] shape = parameter.shape().clone();
      if (parameter.name().endsWith("wte.weight")) {
        shape[0] = embeddingRows;
      } else if (parameter.name().equals(ParameterLayout.HEAD)) {
        shape[0] = headRows;
      }
      int width = shape.length == 2 ? shape[1] : 1;
      float[] values = new float[shape[0] * width];
      for (int i = 0; i < values.length; i++) {
        values[i] = (i % width == 0 ? 1 : -1) * (i / width);
      }
      tensors.add(new HostTensor(parameter.name(), shape, values));
    }
    return tensors;
  }

  private static HostTensor named(List<HostTensor> tensors, String end) {
    return tensors.stream().filter(t -> t.name().endsWith(end)).findFirst().orElseThrow();
  }

  @Test
  void tensorsComeInLayoutOrderWhateverTheFiles() {
    List<HostTensor> tensors = file(MDM, V + 1, V);
    List<HostTensor> shuffled = new ArrayList<>(tensors);
    Collections.reverse(shuffled);
    assertThat(ReferenceWeights.fit(MDM, SHAPE, V, shuffled)).isEqualTo(tensors);
  }

  @Test
  void paddingOfThePublishedVocabularyIsLeftOutAndTheLastRowIsTheMask() {
    List<HostTensor> fitted = ReferenceWeights.fit(MDM, SHAPE, V, file(MDM, 9, 8));
    assertThat(named(fitted, "wte.weight").values())
        .containsExactly(0, 0, 1, -1, 2, -2, 3, -3, 4, -4, 8, -8);
    assertThat(named(fitted, "lm_head.weight").values())
        .containsExactly(0, 0, 1, -1, 2, -2, 3, -3, 4, -4);
  }

  @Test
  void anAutoregressiveFileNeedsNoMask() {
    for (int rows : new int[] {V, 8}) {
      List<HostTensor> fitted = ReferenceWeights.fit(ARM, SHAPE, V, file(ARM, rows, rows));
      assertThat(named(fitted, "wte.weight").values())
          .containsExactly(0, 0, 1, -1, 2, -2, 3, -3, 4, -4, 0, 0);
    }
  }

  private static void expectRefusal(Family family, List<HostTensor> tensors, String said) {
    assertThatThrownBy(() -> ReferenceWeights.fit(family, SHAPE, V, tensors))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining(said);
  }

  @Test
  void whatDoesNotFitIsNamed() {
    expectRefusal(MDM, List.of(), "no tensor transformer.wte.weight, expected one of shape [6, 2]");
    expectRefusal(MDM, file(MDM, V, V), "transformer.wte.weight has shape [5, 2], expected [6, 2]");
    expectRefusal(MDM, file(MDM, 9, 9), "transformer.wte.weight has shape [9, 2], expected [6, 2]");
    expectRefusal(ARM, file(ARM, 4, 4), "transformer.wte.weight has shape [4, 2], expected [6, 2]");
    expectRefusal(MDM, file(MDM, V + 1, 4), "lm_head.weight has shape [4, 2], expected [5, 2]");
    Family prime = Networks.prime(3, 3, Head.TOKEN, Objective.BOUND);
    expectRefusal(prime, file(prime, 13, V), "transformer.wte.weight has shape [13, 2]");
    List<HostTensor> more = new ArrayList<>(file(MDM, V + 1, V));
    more.add(new HostTensor("transformer.h.1.norm_1.weight", new int[] {2}, new float[2]));
    expectRefusal(
        MDM, more, "tensor transformer.h.1.norm_1.weight belongs to no parameter of mdm with 1 la");
    List<HostTensor> flat = new ArrayList<>(file(MDM, V + 1, V));
    flat.replaceAll(t -> new HostTensor(t.name(), new int[] {t.values().length}, t.values()));
    expectRefusal(MDM, flat, "transformer.wte.weight has shape [12], expected [6, 2]");
  }
}
