package dev.primeline.activities.evaluation;

import dev.primeline.workflows.experiment.Attention;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.Objective;
import java.util.stream.Stream;

/** One family of each kind, for a vocabulary of 33. */
final class Families {
  static final Family ARM = of("arm", Attention.CAUSAL, 1, 33, CodeOrder.INDEX, Head.TOKEN);
  static final Family MDM = of("mdm", Attention.FULL, 1, 33, CodeOrder.INDEX, Head.TOKEN);
  static final Family PRIME = of("prime", Attention.FULL, 3, 4, CodeOrder.INDEX, Head.TOKEN);
  static final Family PRIME_V2 =
      of("prime-v2", Attention.FULL, 6, 2, CodeOrder.SHUFFLED, Head.TOKEN);
  static final Family ALL_CODES =
      of("all-codes", Attention.FULL, 6, 2, CodeOrder.ALL_CODES, Head.TOKEN);
  static final Family SUB_TOKEN =
      of("sub-token", Attention.FULL, 6, 2, CodeOrder.SHUFFLED, Head.SUB_TOKEN);

  private Families() {}

  static Stream<Family> all() {
    return Stream.of(ARM, MDM, PRIME, PRIME_V2, ALL_CODES, SUB_TOKEN);
  }

  /** Those that have a joint form which differs from the bound. */
  static Stream<Family> withJointForm() {
    return Stream.of(PRIME, PRIME_V2, ALL_CODES);
  }

  static Family of(
      String name, Attention attention, int ell, int base, CodeOrder order, Head head) {
    return new Family(name, attention, ell, base, order, head, Objective.BOUND);
  }
}
