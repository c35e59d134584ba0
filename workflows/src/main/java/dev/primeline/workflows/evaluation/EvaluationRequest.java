package dev.primeline.workflows.evaluation;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.EvaluationSettings;
import dev.primeline.workflows.training.TrainingSpec;

/**
 * Score one trained family on the held-out text.
 *
 * @param training what was trained
 * @param checkpoint manifest of the checkpoint to score
 * @param settings draws and limits
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record EvaluationRequest(
    TrainingSpec training, ArtifactRef checkpoint, EvaluationSettings settings) {}
