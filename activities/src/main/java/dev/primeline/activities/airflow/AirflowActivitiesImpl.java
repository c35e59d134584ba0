package dev.primeline.activities.airflow;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.IoSentence;
import dev.primeline.activities.heartbeat.Heartbeat;
import dev.primeline.workflows.airflow.AirflowActivities;
import dev.primeline.workflows.airflow.AssetPublication;
import dev.primeline.workflows.airflow.AssetRequest;
import dev.primeline.workflows.airflow.DagOrder;
import dev.primeline.workflows.airflow.ProducedText;
import dev.primeline.workflows.airflow.PublishedEvent;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.steps.FailureKind;
import io.temporal.activity.Activity;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** The door to Airflow: heartbeats say what is waited for. */
public final class AirflowActivitiesImpl implements AirflowActivities {

  /** One question to Airflow takes less. */
  private static final Duration SILENCE = Duration.ofMinutes(5);

  /** A restart of Airflow takes less. */
  private static final Duration LONGEST_OUTAGE = Duration.ofMinutes(10);

  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final Optional<AirflowClient> airflow;
  private final ArtifactStore store;

  /**
   * @param settings which Airflow; empty: every order is refused
   * @param store whose addresses events name
   */
  public AirflowActivitiesImpl(Optional<AirflowSettings> settings, ArtifactStore store) {
    this.airflow = settings.map(AirflowClient::new);
    this.store = store;
  }

  @Override
  public ProducedText await(DagOrder order) {
    return withAirflow((client, patience) -> new DagWait(client, patience).await(order));
  }

  @Override
  public void cancel(DagOrder order) {
    var unused =
        withAirflow(
            (client, patience) -> {
              new DagWait(client, patience).cancel(order);
              return order;
            });
  }

  @Override
  public void require(AssetRequest request) {
    var unused =
        withAirflow((client, patience) -> publishing(client, patience).require(request.uri()));
  }

  @Override
  public PublishedEvent publish(AssetPublication publication) {
    return withAirflow((client, patience) -> publishing(client, patience).publish(publication));
  }

  private AssetPublishing publishing(AirflowClient client, Patience patience) {
    return new AssetPublishing(client, patience, key -> store.uri(key).toString());
  }

  private interface Work<T> {
    T with(AirflowClient client, Patience patience) throws IOException, DagFailure;
  }

  private <T> T withAirflow(Work<T> work) {
    try (Heartbeat heartbeat = new Heartbeat(Activity.getExecutionContext(), SILENCE)) {
      Patience patience =
          new Patience(
              LONGEST_OUTAGE,
              PAUSE,
              waitingFor -> {
                heartbeat.alive(waitingFor);
                heartbeat.stopIfAsked();
              });
      return work.with(
          airflow.orElseThrow(
              () ->
                  new BadInput(
                      "PRIMELINE_AIRFLOW_URL: not set where this worker runs, expected the Airflow"
                          + " that the specification means")),
          patience);
    } catch (BadInput e) {
      throw FailureKind.BAD_INPUT.because(e.getMessage());
    } catch (DagFailure e) {
      throw FailureKind.DAG_FAILED.because(e.getMessage());
    } catch (IOException e) {
      throw FailureKind.TROUBLE.because(IoSentence.of(e), e);
    }
  }
}
