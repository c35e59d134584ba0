package dev.primeline.workflows.subtokens;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/** Builds the bijection between tokens and digit strings. */
@ActivityInterface
public interface SubTokenActivities {

  /** Makes the sub-tokenizer, or finds the same one again. */
  @ActivityMethod(name = "BuildSubTokenizer")
  SubTokenResult build(SubTokenRequest request);
}
