package dev.primeline.workflows.training;

/** placeholder. */
public interface TrainingWorkflow {}
