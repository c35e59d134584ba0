package dev.primeline.activities.airflow;

import java.io.Serial;

/** A DAG's run did not succeed; the message is one sentence with its tasks and where they log. */
final class DagFailure extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  DagFailure(String message) {
    super(message);
  }
}
