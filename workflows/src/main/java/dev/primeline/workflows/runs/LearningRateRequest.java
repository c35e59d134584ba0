package dev.primeline.workflows.runs;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.experiment.LearningRateChange;

/**
 * Plan a branch with another learning rate.
 *
 * @param run the parent's workflow id
 * @param change which rate, and from where on
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record LearningRateRequest(String run, LearningRateChange change) {}
