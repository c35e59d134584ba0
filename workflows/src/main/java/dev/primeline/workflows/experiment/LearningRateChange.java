package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import org.jspecify.annotations.Nullable;

/**
 * Another learning rate for the rest of a run's trainings.
 *
 * @param learningRate of the first step after the change
 * @param finalLearningRate of the last step; null for the same share of {@code learningRate} as in
 *     the run
 * @param fromStep a checkpoint's step to begin from; null for the newest checkpoint
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record LearningRateChange(
    double learningRate, @Nullable Double finalLearningRate, @Nullable Long fromStep) {}
