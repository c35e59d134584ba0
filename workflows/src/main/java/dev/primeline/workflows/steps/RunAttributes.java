package dev.primeline.workflows.steps;

import io.temporal.common.SearchAttributeKey;
import java.util.List;

/**
 * What runs and trainings are found by in the Temporal UI, in a namespace that has these search
 * attributes. The names are API.
 */
public final class RunAttributes {

  /** The families that it trains. */
  public static final SearchAttributeKey<List<String>> FAMILIES =
      SearchAttributeKey.forKeywordList("PrimelineFamilies");

  /** Step of the last commit; of a run, whichever family's was the last. */
  public static final SearchAttributeKey<Long> STEP = SearchAttributeKey.forLong("PrimelineStep");

  /** Training loss there, nats per token. */
  public static final SearchAttributeKey<Double> LOSS =
      SearchAttributeKey.forDouble("PrimelineLoss");

  /** All of them. */
  public static final List<SearchAttributeKey<?>> ALL = List.of(FAMILIES, STEP, LOSS);

  private RunAttributes() {}
}
