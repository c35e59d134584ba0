package dev.primeline.workflows.pretraining;

/** placeholder. */
public interface PretrainingWorkflow {}
