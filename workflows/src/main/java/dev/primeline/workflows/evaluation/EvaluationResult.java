package dev.primeline.workflows.evaluation;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.artifact.ArtifactRef;

/**
 * Scores of one family.
 *
 * @param scores the numbers
 * @param selfCheck whether they may be believed
 * @param artifact the stored evaluation
 * @param reused true when it was found and verified rather than made
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record EvaluationResult(
    FamilyScores scores, SelfCheck selfCheck, ArtifactRef artifact, boolean reused) {}
