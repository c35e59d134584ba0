package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * A family as a user names it: one of four rows of METHOD section 1, and what shall differ from
 * that row.
 *
 * @param family the row
 * @param name shown in tables; null: the row's own
 * @param ell digits per token; null: the row's default
 * @param base values of a digit; null: the smallest that fits
 * @param order which token gets which code; null: the row's default
 * @param head null: the token head
 * @param objective null: the bound
 * @param codes a file that gives every token its code; null: the order does
 */
record FamilyChoice(
    Row family,
    @Nullable String name,
    @Nullable Integer ell,
    @Nullable Integer base,
    @Nullable CodeOrder order,
    @Nullable Head head,
    @Nullable Objective objective,
    @Nullable CodesFile codes) {

  /** The rows of METHOD section 1. */
  enum Row {
    @JsonProperty("arm")
    ARM,
    @JsonProperty("mdm")
    MDM,
    @JsonProperty("prime")
    PRIME,
    @JsonProperty("prime-v2")
    PRIME_V2
  }

  /**
   * Decides what was left open, for a vocabulary of this size; refuses what METHOD section 2 rule 4
   * excludes.
   */
  Family resolve(int vocabularySize, String where) {
    int digits = ell == null ? defaultEll(vocabularySize) : ell;
    if (digits < 1) {
      throw new BadInput("%s.ell: %d, expected at least 1".formatted(where, digits));
    }
    int values = base == null ? defaultBase(vocabularySize, digits) : base;
    String shown = name == null ? StrictReader.wireName(family) : name;
    Head scored = head == null ? Head.TOKEN : head;
    Objective minimised = objective == null ? Objective.BOUND : objective;
    refuse(vocabularySize, digits, values, scored, minimised, where);
    refuseCodes(where);
    Attention attention = family == Row.ARM ? Attention.CAUSAL : Attention.FULL;
    return new Family(shown, attention, digits, values, codeOrder(), scored, minimised, codes);
  }

  private CodeOrder codeOrder() {
    if (order != null) {
      return order;
    }
    if (codes != null) {
      return CodeOrder.IMPORTED;
    }
    return family == Row.PRIME_V2 ? CodeOrder.SHUFFLED : CodeOrder.INDEX;
  }

  private void refuseCodes(String where) {
    if (codes == null && order == CodeOrder.IMPORTED) {
      throw new BadInput(
          "%s.codes: missing with imported order, expected {\"uri\": \"permutation.json\"}"
              .formatted(where));
    }
    if (codes == null) {
      return;
    }
    if (family == Row.ARM) {
      throw new BadInput(
          "%s.codes: given for arm, which reads whole tokens, expected none".formatted(where));
    }
    if (order != null && order != CodeOrder.IMPORTED) {
      throw new BadInput(
          "%s.order: %s beside codes, expected imported or no such key"
              .formatted(where, StrictReader.wireName(order)));
    }
    if (codes.stored() == null) {
      throw new BadInput("%s.codes: not read yet, expected its codes".formatted(where));
    }
  }

  private int defaultEll(int vocabularySize) {
    return switch (family) {
      case ARM, MDM -> 1;
      case PRIME -> vocabularySize <= 1024 ? 4 : 6;
      case PRIME_V2 -> Codes.bits(vocabularySize);
    };
  }

  private int defaultBase(int vocabularySize, int digits) {
    return digits == 1 ? Math.max(2, vocabularySize) : Codes.smallestBase(vocabularySize, digits);
  }

  private void refuse(
      int vocabularySize, int digits, int values, Head scored, Objective minimised, String where) {
    if (family == Row.ARM
        && (digits != 1 || values != defaultBase(vocabularySize, 1) || order != null)) {
      throw new BadInput(
          "%s: arm with its own ell, base or order; arm reads whole tokens, expected none of them"
              .formatted(where));
    }
    if (family == Row.MDM && digits != 1) {
      throw new BadInput(
          "%s.ell: %d, expected 1 for mdm; more digits make it prime".formatted(where, digits));
    }
    if (values < 2) {
      throw new BadInput("%s.base: %d, expected at least 2".formatted(where, values));
    }
    if (Codes.count(values, digits) < vocabularySize) {
      throw new BadInput(
          "%s: a vocabulary of %d tokens is larger than %d^%d = %d codes, expected a larger base or ell"
              .formatted(where, vocabularySize, values, digits, Codes.count(values, digits)));
    }
    if (digits * Codes.bits(values) > 30) {
      throw new BadInput(
          "%s: %d digits of base %d need %d bits, expected at most 30"
              .formatted(where, digits, values, digits * Codes.bits(values)));
    }
    if (scored == Head.SUB_TOKEN && digits == 1) {
      throw new BadInput(
          "%s.head: sub-token with ell = 1, expected the token head: one digit is the token"
              .formatted(where));
    }
    if (scored == Head.SUB_TOKEN && minimised == Objective.JOINT) {
      throw new BadInput(
          "%s.objective: joint with the sub-token head, expected bound: there the joint form is the bound"
              .formatted(where));
    }
  }
}
