package dev.primeline.workflows.pretraining;

import dev.primeline.workflows.airflow.AirflowActivities;
import dev.primeline.workflows.airflow.AssetPublication;
import dev.primeline.workflows.airflow.AssetRequest;
import dev.primeline.workflows.airflow.DagOrder;
import dev.primeline.workflows.airflow.ProducedText;
import dev.primeline.workflows.airflow.PublishedEvent;
import dev.primeline.workflows.steps.FailureKind;
import io.temporal.activity.Activity;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/** Gives what a DAG would, and says what it was asked. */
final class FakeAirflow implements AirflowActivities {

  final List<DagOrder> awaited = new CopyOnWriteArrayList<>();
  final List<DagOrder> cancelled = new CopyOnWriteArrayList<>();
  final List<AssetPublication> published = new CopyOnWriteArrayList<>();

  /** Whether DAG runs go on until they are cancelled. */
  volatile boolean endless;

  @Override
  public ProducedText await(DagOrder order) {
    awaited.add(order);
    while (endless) {
      Activity.getExecutionContext().heartbeat(null);
      LockSupport.parkNanos(1_000_000);
    }
    return new ProducedText("s3://made/train", "s3://made/test", "primeline-a-run");
  }

  @Override
  public void cancel(DagOrder order) {
    cancelled.add(order);
  }

  @Override
  public void require(AssetRequest request) {
    if (!request.uri().equals("s3://runs/done")) {
      throw FailureKind.BAD_INPUT.because("no DAG names " + request.uri());
    }
  }

  @Override
  public PublishedEvent publish(AssetPublication publication) {
    published.add(publication);
    return new PublishedEvent(7, false);
  }
}
