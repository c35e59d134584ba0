package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import org.jspecify.annotations.Nullable;

/**
 * More steps for a run's trainings.
 *
 * @param steps in all, those of the run included
 * @param fromStep a checkpoint's step to begin from; null for the run's last one
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Extension(long steps, @Nullable Long fromStep) {}
