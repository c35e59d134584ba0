package dev.primeline.activities.airflow;

import java.util.List;

/**
 * A task of a DAG's run.
 *
 * @param taskId its id, with the groups that it is in
 * @param mapIndex which of a mapped task; -1 for one that is not
 * @param tryNumber how often it was begun
 */
record TaskInstance(String taskId, int mapIndex, int tryNumber) {

  /**
   * Some of those that were asked for.
   *
   * @param taskInstances these
   */
  record Page(List<TaskInstance> taskInstances) {}
}
