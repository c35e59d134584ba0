package dev.primeline.workflows.runs;

import dev.primeline.workflows.experiment.Extension;

/**
 * Plan a branch with more steps.
 *
 * @param run the parent's workflow id
 * @param extension how many, and from where on
 */
public record ExtensionRequest(String run, Extension extension) {}
