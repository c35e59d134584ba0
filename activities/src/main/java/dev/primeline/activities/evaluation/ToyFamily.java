package dev.primeline.activities.evaluation;

import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.Codes;
import dev.primeline.workflows.experiment.Family;

/**
 * A family reduced to a vocabulary that can be enumerated: the same attention, head and objective,
 * digits of the same kind (one, binary, or of a larger base), and the same code order, or a
 * shuffled one where a text or a file decides it.
 */
final class ToyFamily {

  private ToyFamily() {}

  static Family of(Family family, int vocabularySize) {
    int ell = 1;
    if (family.ell() > 1) {
      ell = family.base() == 2 ? Codes.bits(vocabularySize) : 2;
    }
    int base = ell == 1 ? vocabularySize : Codes.smallestBase(vocabularySize, ell);
    return new Family(
        family.name(),
        family.attention(),
        ell,
        base,
        family.order().drawn() ? family.order() : CodeOrder.SHUFFLED,
        family.head(),
        family.objective());
  }
}
