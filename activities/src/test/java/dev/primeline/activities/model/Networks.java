package dev.primeline.activities.model;

import dev.primeline.activities.batches.Batch;
import dev.primeline.workflows.experiment.Attention;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.Codes;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.ModelShape;
import dev.primeline.workflows.experiment.Objective;
import dev.primeline.workflows.experiment.Precision;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Small networks and batches for tests. */
final class Networks {
  static final ModelShape TINY = new ModelShape(2, 8, 2, 12, 6);
  static final StepSettings STEP =
      new StepSettings(1e-2, 0.1, 0.9, 0.95, 1e-8, 1, 0, Precision.FP32);

  private Networks() {}

  static EngineSettings settings() {
    return new EngineSettings(1, EngineSettings.defaults().kernel());
  }

  static Family arm(int vocabularySize) {
    return new Family(
        "arm", Attention.CAUSAL, 1, vocabularySize, CodeOrder.INDEX, Head.TOKEN, Objective.BOUND);
  }

  static Family mdm(int vocabularySize) {
    return new Family(
        "mdm", Attention.FULL, 1, vocabularySize, CodeOrder.INDEX, Head.TOKEN, Objective.BOUND);
  }

  static Family prime(int ell, int base, Head head, Objective objective) {
    return new Family(
        "prime-%d-%d".formatted(ell, base),
        Attention.FULL,
        ell,
        base,
        CodeOrder.SHUFFLED,
        head,
        objective);
  }

  /** Token v has code v. */
  static NetworkSpec indexed(Family family, ModelShape shape, int vocabularySize) {
    int[] codes = new int[vocabularySize];
    for (int token = 0; token < codes.length; token++) {
      codes[token] = token;
    }
    return new NetworkSpec(family, shape, vocabularySize, codes);
  }

  /** The image is [0, V). */
  static NetworkSpec shuffled(Family family, ModelShape shape, int vocabularySize) {
    return shuffled(family, shape, vocabularySize, vocabularySize);
  }

  /** The image is any V of the base^ell codes. */
  static NetworkSpec scattered(Family family, ModelShape shape, int vocabularySize) {
    int all = Math.toIntExact(Codes.count(family.base(), family.ell()));
    return shuffled(family, shape, vocabularySize, all);
  }

  /** The image is [0, V / 2) and as many codes from V on. */
  static NetworkSpec withGap(Family family, ModelShape shape, int vocabularySize) {
    int[] codes = new int[vocabularySize];
    for (int token = 0; token < codes.length; token++) {
      codes[token] = token < vocabularySize / 2 ? token : token + vocabularySize / 2;
    }
    return new NetworkSpec(family, shape, vocabularySize, codes);
  }

  private static NetworkSpec shuffled(
      Family family, ModelShape shape, int vocabularySize, int all) {
    List<Integer> order = new ArrayList<>();
    for (int code = 0; code < all; code++) {
      order.add(code);
    }
    Collections.shuffle(order, new Random(3));
    int[] codes = new int[vocabularySize];
    for (int token = 0; token < vocabularySize; token++) {
      codes[token] = order.get(token);
    }
    return new NetworkSpec(family, shape, vocabularySize, codes);
  }

  /**
   * Random tokens; about half of the digits masked; one fully revealed and one all-masked token.
   */
  static Batch batch(NetworkSpec spec, int sequences, int length, long seed) {
    Random random = new Random(seed);
    int[] tokens = new int[sequences * (length + 1)];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = random.nextInt(spec.vocabularySize());
    }
    int[] masks = new int[sequences * length];
    int full = (1 << spec.family().ell()) - 1;
    for (int i = 0; i < masks.length; i++) {
      masks[i] = spec.family().autoregressive() ? 1 : random.nextInt(full + 1);
    }
    masks[0] = full;
    if (!spec.family().autoregressive()) {
      masks[masks.length - 1] = 0;
    }
    float[] weights = new float[sequences];
    for (int i = 0; i < sequences; i++) {
      weights[i] = 0.5f + random.nextFloat();
    }
    return new Batch(sequences, length, tokens, masks, weights);
  }

  /** A state whose weights of that name are multiplied by a factor. */
  static ModelState scaled(ModelState state, String name, float factor) {
    List<HostTensor> weights = new ArrayList<>();
    for (HostTensor tensor : state.weights()) {
      float[] values = tensor.values().clone();
      if (tensor.name().equals(name)) {
        for (int i = 0; i < values.length; i++) {
          values[i] *= factor;
        }
      }
      weights.add(new HostTensor(tensor.name(), tensor.shape(), values));
    }
    return state.with(weights);
  }
}
