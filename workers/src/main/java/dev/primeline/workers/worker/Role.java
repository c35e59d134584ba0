package dev.primeline.workers.worker;

/** What a worker process does; one process may do several. */
public enum Role {
  /** Runs workflows. */
  ORCHESTRATOR,
  /** Prepares corpora and sub-tokenizers, writes reports, speaks to Airflow. */
  CPU,
  /** Trains and scores on a device. */
  GPU
}
