package dev.primeline.workflows.scaling;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * A finished point.
 *
 * @param point which one
 * @param parameters trainable numbers
 * @param tokens seen in training
 * @param nats held-out bound (ARM: exact), nats per token
 * @param standardError mask and text error together
 * @param alarmed whether a self-check fired: then the number must not be believed
 * @param training hash of the training
 * @param checkpoint key of the manifest that was scored
 * @param evaluation key of the stored evaluation
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record PointOutcome(
    StudyPoint point,
    long parameters,
    long tokens,
    double nats,
    double standardError,
    boolean alarmed,
    String training,
    String checkpoint,
    String evaluation) {}
