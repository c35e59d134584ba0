package dev.primeline.workflows.runs;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.experiment.Extension;

/**
 * Plan a branch with more steps.
 *
 * @param run the parent's workflow id
 * @param extension how many, and from where on
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ExtensionRequest(String run, Extension extension) {}
