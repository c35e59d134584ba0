package dev.primeline.activities.airflow;

/**
 * A DAG as Airflow describes it.
 *
 * @param dagId its id
 * @param isPaused whether its runs stay queued
 * @param hasImportErrors whether its file cannot be read just now
 */
record Dag(String dagId, boolean isPaused, boolean hasImportErrors) {}
