package dev.primeline.workflows.airflow;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/**
 * Waits for Airflow and tells it things. Fails as {@code BadInput} when the specification or a
 * worker's settings must change, as {@code DagFailed} when the DAG did.
 */
@ActivityInterface
public interface AirflowActivities {

  /**
   * Has a DAG run once for an order, however often this is tried, and waits for what it made. A DAG
   * run of that name that is there is taken, whatever became of it.
   */
  @ActivityMethod(name = "AwaitDag")
  ProducedText await(DagOrder order);

  /** Ends the order's DAG run, if there is one that goes on. */
  @ActivityMethod(name = "CancelDag")
  void cancel(DagOrder order);

  /** Looks for an asset, so that a run learns of a wrong address before its trainings. */
  @ActivityMethod(name = "RequireAsset")
  void require(AssetRequest request);

  /** Tells an asset of a finished run; once for a run and a result, however often this is tried. */
  @ActivityMethod(name = "PublishAssetEvent")
  PublishedEvent publish(AssetPublication publication);
}
