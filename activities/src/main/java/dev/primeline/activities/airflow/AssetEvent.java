package dev.primeline.activities.airflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that an asset was told.
 *
 * @param id Airflow's number of it
 * @param extra what was said; null for nothing
 */
record AssetEvent(long id, @Nullable JsonNode extra) {

  /**
   * Some of those that were asked for.
   *
   * @param assetEvents these
   * @param totalEntries how many there are in all
   */
  record Page(List<AssetEvent> assetEvents, int totalEntries) {}

  /**
   * What tells it.
   *
   * @param assetId the asset's number
   * @param extra an object
   */
  record Creation(long assetId, JsonNode extra) {}
}
