package dev.primeline.activities.model;

import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.Codes;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.ModelShape;
import dev.primeline.workflows.experiment.Objective;

/**
 * All that decides a network's form.
 *
 * @param family attention, digits, head and objective
 * @param shape the backbone
 * @param vocabularySize V
 * @param codes [V] the code of each token, different ones in [0, base^ell)
 */
public record NetworkSpec(Family family, ModelShape shape, int vocabularySize, int[] codes) {

  /**
   * @throws BadInput when the numbers do not fit together; one sentence
   */
  public NetworkSpec {
    refuse(shape);
    refuse(family, vocabularySize);
    codes = codes.clone();
    refuse(family, vocabularySize, codes);
  }

  /** True when the codes are exactly [0, V). */
  boolean dense() {
    return largestCode() == vocabularySize - 1;
  }

  /** True when training minimises a cross entropy over whole tokens. */
  boolean joint() {
    return family.ell() == 1 || family.objective() == Objective.JOINT;
  }

  /** True for one logit per token. */
  boolean tokenHead() {
    return family.head() == Head.TOKEN;
  }

  int largestCode() {
    int largest = 0;
    for (int code : codes) {
      largest = Math.max(largest, code);
    }
    return largest;
  }

  private static void refuse(ModelShape shape) {
    expectPositive("model.layers", shape.layers());
    expectPositive("model.width", shape.width());
    expectPositive("model.heads", shape.heads());
    expectPositive("model.feedForward", shape.feedForward());
    expectPositive("model.length", shape.length());
    if (shape.width() % shape.heads() != 0) {
      throw new BadInput(
          "model.heads: %d does not divide the width %d".formatted(shape.heads(), shape.width()));
    }
    if (shape.headWidth() % 2 != 0) {
      throw new BadInput(
          "model.heads: %d heads of width %d; rotary positions need an even head width"
              .formatted(shape.heads(), shape.headWidth()));
    }
  }

  private static void expectPositive(String key, int value) {
    if (value < 1) {
      throw new BadInput("%s: %d, expected at least 1".formatted(key, value));
    }
  }

  private static void refuse(Family family, int vocabularySize) {
    if (vocabularySize < 2) {
      throw new BadInput("vocabulary of %d tokens, expected at least 2".formatted(vocabularySize));
    }
    if (family.ell() < 1 || family.base() < 2 || family.ell() * Codes.bits(family.base()) > 30) {
      throw new BadInput(
          "family %s: %d digits of base %d, expected at least 1 digit, base 2 or more and at most 30 bits"
              .formatted(family.name(), family.ell(), family.base()));
    }
    if (Codes.count(family.base(), family.ell()) < vocabularySize) {
      throw new BadInput(
          "family %s: %d digits of base %d give %d codes, too few for %d tokens"
              .formatted(
                  family.name(),
                  family.ell(),
                  family.base(),
                  Codes.count(family.base(), family.ell()),
                  vocabularySize));
    }
    if (family.autoregressive() && family.ell() != 1) {
      throw new BadInput(
          "family %s: %d digits with causal attention, expected 1"
              .formatted(family.name(), family.ell()));
    }
    if (family.head() == Head.SUB_TOKEN
        && (family.ell() == 1 || family.objective() == Objective.JOINT)) {
      throw new BadInput(
          "family %s: the sub-token head needs more than one digit and the bound as objective"
              .formatted(family.name()));
    }
  }

  private static void refuse(Family family, int vocabularySize, int[] codes) {
    if (codes.length != vocabularySize) {
      throw new BadInput(
          "family %s: %d codes for %d tokens, expected one each"
              .formatted(family.name(), codes.length, vocabularySize));
    }
    long count = Codes.count(family.base(), family.ell());
    java.util.BitSet seen = new java.util.BitSet();
    for (int token = 0; token < codes.length; token++) {
      int code = codes[token];
      if (code < 0 || code >= count) {
        throw new BadInput(
            "family %s: token %d has code %d, expected one in [0, %d)"
                .formatted(family.name(), token, code, count));
      }
      if (seen.get(code)) {
        throw new BadInput(
            "family %s: token %d has code %d, which another token has already"
                .formatted(family.name(), token, code));
      }
      seen.set(code);
    }
    if (family.head() == Head.TOKEN && seen.length() > 16L * vocabularySize) {
      throw new BadInput(
          "family %s: the largest of %d codes is %d; the token head takes codes below 16 times the vocabulary"
              .formatted(family.name(), vocabularySize, seen.length() - 1));
    }
  }
}
