package dev.primeline.activities.batches;

import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.Attention;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.Objective;
import java.nio.ByteBuffer;

/** Families of a vocabulary of 16, and a short name for many integers. */
final class Families {

  static final Family ARM = family("arm", Attention.CAUSAL, 1, 16, CodeOrder.INDEX);
  static final Family MDM = family("mdm", Attention.FULL, 1, 16, CodeOrder.INDEX);
  static final Family PRIME = family("prime", Attention.FULL, 2, 4, CodeOrder.INDEX);
  static final Family BINARY = family("binary", Attention.FULL, 4, 2, CodeOrder.INDEX);
  static final Family SHUFFLED = family("prime-v2", Attention.FULL, 4, 2, CodeOrder.SHUFFLED);

  private Families() {}

  private static Family family(
      String name, Attention attention, int ell, int base, CodeOrder order) {
    return new Family(name, attention, ell, base, order, Head.TOKEN, Objective.BOUND);
  }

  /** Sixteen hex digits of the big-endian integers. */
  static String hash(int[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * values.length);
    bytes.asIntBuffer().put(values);
    return Hashes.sha256(bytes.array()).substring(0, 16);
  }
}
