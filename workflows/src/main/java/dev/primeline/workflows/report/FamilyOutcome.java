package dev.primeline.workflows.report;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.evaluation.EvaluationResult;
import dev.primeline.workflows.subtokens.SubTokenResult;
import dev.primeline.workflows.training.SegmentResult;
import dev.primeline.workflows.training.TrainingSpec;

/**
 * Everything that one family left behind.
 *
 * @param training its spec
 * @param subTokens its sub-tokenizer
 * @param trained its last segment
 * @param evaluated its scores
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record FamilyOutcome(
    TrainingSpec training,
    SubTokenResult subTokens,
    SegmentResult trained,
    EvaluationResult evaluated) {}
