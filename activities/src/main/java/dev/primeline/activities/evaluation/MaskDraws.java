package dev.primeline.activities.evaluation;

import dev.primeline.activities.batches.Batch;

/**
 * Under which masks windows are scored, and how much each counts. The estimator is the same for
 * drawn and for enumerated masks; only this differs.
 */
interface MaskDraws {

  /** Number of windows. */
  int windows();

  /** Scored tokens of a window. */
  int length(int window);

  /** Digits n that a window scores: its length times ell. */
  int digits(int window);

  /** Number of draws, the same for every window. */
  int draws();

  /** Weight of a draw; the shares of all draws sum to 1. */
  double share(int draw);

  /**
   * 0 or 1: draws of different replicates are independent given the text, so that their difference
   * measures the mask noise without an assumption.
   */
  int replicate(int draw);

  /** True when the draws exhaust the masks, so that no mask noise exists. */
  boolean exact();

  /**
   * How much more likely m masked digits are where m is uniform on 1..n than they are here: what a
   * draw's cost is multiplied with, so that its expectation stays what it is.
   */
  double importance(int window, int m);

  /** Number of blocks. */
  int blocks();

  /** The block of windows, in [0, blocks), whose masks depend on each other: the window's. */
  int block(int window);

  /** The rows of these windows, all of one length, under one draw. */
  Batch batch(int[] windows, int draw);
}
