/**
 * Airflow's stable REST API, version 2 (Airflow 3): as much of it as a run needs.
 *
 * <p>In: an order for a DAG; what a finished run came to.
 *
 * <p>Out: the address of the text that the DAG made; an event of an asset.
 *
 * <p>Read first: {@link dev.primeline.activities.airflow.DagWait}.
 */
@NullMarked
package dev.primeline.activities.airflow;

import org.jspecify.annotations.NullMarked;
