package dev.primeline.activities.model;

/** Takes what the head says of one position after the other. */
@FunctionalInterface
public interface LogitSink {

  /**
   * Takes one position.
   *
   * @param position in the sequence
   * @param logits token head: [V] by token; sub-token head: [ell * (base - 1)], digit j's values 1,
   *     2, .. from {@code j * (base - 1)} on, value 0 having logit 0
   */
  void accept(int position, float[] logits);
}
