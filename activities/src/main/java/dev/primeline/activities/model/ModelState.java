package dev.primeline.activities.model;

import java.util.List;

/**
 * Everything a network and its optimiser know.
 *
 * @param weights parameters in layout order
 * @param firstMoments AdamW's, same order, names and shapes
 * @param secondMoments AdamW's, same order, names and shapes
 * @param updates optimiser steps taken
 */
public record ModelState(
    List<HostTensor> weights,
    List<HostTensor> firstMoments,
    List<HostTensor> secondMoments,
    long updates) {

  public ModelState {
    weights = List.copyOf(weights);
    firstMoments = List.copyOf(firstMoments);
    secondMoments = List.copyOf(secondMoments);
  }
}
