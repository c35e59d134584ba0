package dev.primeline.workflows.scaling;

/** Where a budget's minimum lies among the sizes that were measured. */
public enum Place {
  INSIDE,
  /** At or below the smallest size: a smaller one is missing. */
  BELOW,
  /** At or above the largest size: a larger one is missing. */
  ABOVE
}
