package dev.primeline.activities.model;

import java.util.List;

/**
 * Everything a network and its optimiser know.
 *
 * @param weights parameters in layout order
 * @param firstMoments AdamW's, same order, names and shapes
 * @param secondMoments AdamW's, same order, names and shapes
 * @param average moving average of the weights, same order, names and shapes; empty without one
 * @param updates optimiser steps taken
 */
public record ModelState(
    List<HostTensor> weights,
    List<HostTensor> firstMoments,
    List<HostTensor> secondMoments,
    List<HostTensor> average,
    long updates) {

  public ModelState {
    weights = List.copyOf(weights);
    firstMoments = List.copyOf(firstMoments);
    secondMoments = List.copyOf(secondMoments);
    average = List.copyOf(average);
  }

  /** The same with other weights, and no average of what they were. */
  public ModelState with(List<HostTensor> others) {
    return new ModelState(others, firstMoments, secondMoments, List.of(), updates);
  }

  /** What a model is scored with: the average where one is kept, the weights otherwise. */
  public List<HostTensor> scored() {
    return average.isEmpty() ? weights : average;
  }

  /** Every list of tensors that there is, each in layout order. */
  List<List<HostTensor>> lists() {
    return average.isEmpty()
        ? List.of(weights, firstMoments, secondMoments)
        : List.of(weights, firstMoments, secondMoments, average);
  }
}
