package dev.primeline.activities.airflow;

import dev.primeline.workflows.airflow.DagOrder;
import dev.primeline.workflows.airflow.ProducedText;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.AirflowSource;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Has a DAG run once for an order and waits for what it makes. Everything that it knows is the DAG
 * run's name, which follows from the order: whoever asks again finds the same DAG run.
 */
final class DagWait {

  private static final int LONGEST_NAME = 150;

  private final AirflowClient airflow;
  private final Patience patience;

  DagWait(AirflowClient airflow, Patience patience) {
    this.airflow = airflow;
    this.patience = patience;
  }

  /**
   * The DAG run's id: the run's name, as far as Airflow takes it, and a hash of the order, so that
   * another {@code conf} is another DAG run.
   */
  static String name(DagOrder order) {
    String run = order.runId().replaceAll("[^A-Za-z0-9_.~:+-]", "-");
    AirflowSource source = order.source();
    List<Object> what =
        List.of(order.runId(), source.dag(), source.conf() == null ? Map.of() : source.conf());
    return "primeline-%s-%s"
        .formatted(
            run.length() > LONGEST_NAME ? run.substring(0, LONGEST_NAME) : run,
            Hashes.key(what).substring(0, 8));
  }

  /**
   * Waits to the end.
   *
   * @throws BadInput when there is no such DAG, it cannot run, or what it left is no text's address
   * @throws DagFailure when its run did not succeed
   * @throws IOException when Airflow is away for too long
   */
  ProducedText await(DagOrder order) throws IOException, DagFailure {
    String dag = order.source().dag();
    String name = name(order);
    DagRun run = patience.ask(() -> begun(order, name));
    while (!run.over()) {
      patience.pause("run %s of DAG %s is %s".formatted(name, dag, run.state()));
      run =
          patience
              .ask(() -> airflow.dagRun(dag, name))
              .orElseThrow(
                  () ->
                      new DagFailure(
                          "run %s of DAG %s was deleted in Airflow, expected it to end there"
                              .formatted(name, dag)));
    }
    if (run.failed()) {
      throw new DagFailure(patience.ask(() -> whatFailed(dag, name)));
    }
    return new XcomText(order.source(), name)
        .read(patience.ask(() -> airflow.xcom(dag, name, task(order), key(order))));
  }

  private DagRun begun(DagOrder order, String name) throws IOException {
    AirflowSource source = order.source();
    // A DAG that was paused since does not matter to a run that is over.
    Optional<DagRun> there = airflow.dagRun(source.dag(), name);
    if (there.isPresent()) {
      return there.get();
    }
    requireRunnable(source.dag());
    return airflow.trigger(
        source.dag(),
        new DagRun.Trigger(name, null, source.conf(), "for Primeline run " + order.runId()));
  }

  private void requireRunnable(String dag) throws IOException {
    Dag found =
        airflow
            .dag(dag)
            .orElseThrow(
                () ->
                    new BadInput(
                        "corpus.airflow.dag: Airflow at %s knows no DAG %s, expected the id of one"
                            .formatted(airflow.url(), dag)));
    if (found.isPaused()) {
      throw new BadInput(
          "corpus.airflow.dag: DAG %s is paused in Airflow at %s, where its runs would stay queued; expected it not to be"
              .formatted(dag, airflow.url()));
    }
    if (found.hasImportErrors()) {
      throw new BadInput(
          "corpus.airflow.dag: DAG %s cannot be imported by Airflow at %s, which shows the error; expected a DAG that can"
              .formatted(dag, airflow.url()));
    }
  }

  private String whatFailed(String dag, String name) throws IOException {
    List<String> tasks =
        airflow.failedTasks(dag, name).taskInstances().stream()
            .map(
                task ->
                    "task %s failed in try %d, its log is at %s/dags/%s/runs/%s/tasks/%s%s"
                        .formatted(
                            task.taskId(),
                            task.tryNumber(),
                            airflow.url(),
                            dag,
                            name,
                            task.taskId(),
                            task.mapIndex() < 0 ? "" : "/mapped/" + task.mapIndex()))
            .toList();
    return "run %s of DAG %s failed: %s; clear it in Airflow when that is mended, and start the run again"
        .formatted(
            name,
            dag,
            tasks.isEmpty() ? "no task of it did, somebody set it so" : String.join(", ", tasks));
  }

  /** Ends the order's DAG run, if there is one that goes on. */
  void cancel(DagOrder order) throws IOException {
    String dag = order.source().dag();
    String name = name(order);
    Optional<DagRun> run = patience.ask(() -> airflow.dagRun(dag, name));
    if (run.isPresent() && !run.get().over()) {
      patience.ask(
          () -> {
            airflow.fail(dag, name);
            return name;
          });
    }
  }

  private static String task(DagOrder order) {
    String xcom = order.source().xcom();
    return xcom.substring(0, xcom.indexOf('/'));
  }

  private static String key(DagOrder order) {
    String xcom = order.source().xcom();
    return xcom.substring(xcom.indexOf('/') + 1);
  }
}
