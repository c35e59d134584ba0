package dev.primeline.workflows.runs;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.training.TrainingSpec;
import org.jspecify.annotations.Nullable;

/**
 * Put a run, or one of its trainings, on record.
 *
 * @param runId the workflow id
 * @param spec the full experiment
 * @param training one of its trainings; null while none is known
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunRequest(String runId, ExperimentSpec spec, @Nullable TrainingSpec training) {}
