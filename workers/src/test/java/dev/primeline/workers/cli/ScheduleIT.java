package dev.primeline.workers.cli;

import static dev.primeline.workers.cli.RealCluster.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.workflows.pretraining.PretrainingResult;
import io.temporal.api.enums.v1.ScheduleOverlapPolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.schedules.ScheduleActionExecution;
import io.temporal.client.schedules.ScheduleActionExecutionStartWorkflow;
import io.temporal.client.schedules.ScheduleActionResult;
import io.temporal.client.schedules.ScheduleClient;
import io.temporal.client.schedules.ScheduleHandle;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code primeline schedule} on a real server, and {@code primeline pull} of what came of it. */
class ScheduleIT {

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aScheduledRunIsListedStartedPulledAndNoLongerStarted() throws Exception {
    Path spec = folder.resolve("nightly.json");
    Files.writeString(spec, "{\"preset\": \"smoke\", \"families\": [\"arm\"]}");
    try (RealCluster cluster = new RealCluster(folder)) {
      var unused = cluster.worker("orchestrator,cpu,gpu");
      assertThat(schedule(cluster, "create", "nightly", "--spec=" + spec)).isZero();
      assertThat(said()).containsPattern("schedule nightly: next 20\\S+T02:00:00Z");
      assertThat(schedule(cluster, "create", "nightly", "--spec=" + spec)).isEqualTo(2);
      assertThat(
              schedule(
                  cluster, "create", "other", "--spec=" + spec, "--cron=at two", "--time-zone=UTC"))
          .isEqualTo(2);
      assertThat(err.toString().lines())
          .containsExactly(
              "primeline: schedule nightly is there already, expected another name (primeline"
                  + " schedule delete nightly removes it)",
              "primeline: --cron: \"at two\" in time zone UTC, expected five fields such as \"0 2 *"
                  + " * *\" and a zone such as Europe/Berlin");
      // The list is made a moment after the schedule.
      patiently()
          .until(
              () -> {
                assertThat(schedule(cluster, "list")).isZero();
                return said();
              },
              list -> list.contains("nightly") && list.contains("active"));

      String run = triggered(cluster.client());
      assertThat(run).startsWith("nightly-");
      PretrainingResult result =
          cluster
              .client()
              .newUntypedWorkflowStub(run)
              .getResult(10, TimeUnit.MINUTES, PretrainingResult.class);
      assertThat(result.runId()).isEqualTo(run);
      Path pulled = folder.resolve("pulled");
      var pull = cluster.command("pull", run, "--to=" + pulled);
      assertThat(pull.exit()).as(pull.words()).isZero();
      assertThat(pulled.resolve("result.json")).content().contains("nelboNatsPerToken", run);
      assertThat(pulled.resolve("report/index.html")).content().contains("</html>");

      assertThat(schedule(cluster, "delete", "nightly")).isZero();
      assertThat(schedule(cluster, "delete", "nightly")).isEqualTo(2);
      assertThat(err.toString())
          .endsWith("schedule nightly is unknown, expected one of primeline schedule list\n");
    }
  }

  /** The name of a run that begins now instead of at night. */
  private static String triggered(WorkflowClient client) {
    ScheduleHandle schedule =
        ScheduleClient.newInstance(client.getWorkflowServiceStubs()).getHandle("nightly");
    schedule.trigger(ScheduleOverlapPolicy.SCHEDULE_OVERLAP_POLICY_SKIP);
    List<ScheduleActionResult> begun =
        patiently()
            .until(() -> schedule.describe().getInfo().getRecentActions(), all -> !all.isEmpty());
    ScheduleActionExecution action = begun.get(0).getAction();
    return ((ScheduleActionExecutionStartWorkflow) action).getWorkflowId();
  }

  private int schedule(RealCluster cluster, String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "schedule";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return Primeline.commandLine(cluster.settings())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all);
  }

  /** What was said since the last time. */
  private String said() {
    String said = out.toString();
    out.getBuffer().setLength(0);
    return said;
  }
}
