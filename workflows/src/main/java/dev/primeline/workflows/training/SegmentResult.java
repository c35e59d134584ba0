package dev.primeline.workflows.training;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.artifact.ArtifactRef;

/**
 * What a stretch of training left behind.
 *
 * @param step optimiser steps done in all
 * @param checkpoint manifest of the committed checkpoint at that step
 * @param weights the model.safetensors that it names
 * @param parameters trainable numbers in the model
 * @param tokensTrained tokens seen in all
 * @param finished true when the last step of the spec is done
 * @param stalledSeconds that this stretch did not train because it copied or waited for checkpoints
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record SegmentResult(
    long step,
    ArtifactRef checkpoint,
    ArtifactRef weights,
    long parameters,
    long tokensTrained,
    boolean finished,
    double stalledSeconds) {}
