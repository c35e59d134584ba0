/**
 * The contract with Airflow: a DAG that makes the text, an asset that is told of a finished run.
 *
 * <p>In: the DAG and where it says what it made; what a run found.
 *
 * <p>Out: the text's address; an event.
 *
 * <p>Read first: {@link dev.primeline.workflows.airflow.AirflowActivities}.
 */
@NullMarked
package dev.primeline.workflows.airflow;

import org.jspecify.annotations.NullMarked;
