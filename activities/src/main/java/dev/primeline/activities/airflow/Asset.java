package dev.primeline.activities.airflow;

import java.util.List;

/**
 * An asset that a DAG names.
 *
 * @param id Airflow's number of it
 * @param uri what it is known by
 */
record Asset(long id, String uri) {

  /**
   * Some of those that were asked for.
   *
   * @param assets these
   * @param totalEntries how many there are in all
   */
  record Page(List<Asset> assets, int totalEntries) {}
}
