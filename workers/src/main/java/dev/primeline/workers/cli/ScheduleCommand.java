package dev.primeline.workers.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.workers.worker.SpecFiles;
import dev.primeline.workers.worker.TemporalConnection;
import dev.primeline.workers.worker.WorkerSettings;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.steps.Queues;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.ScheduleOverlapPolicy;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.schedules.Schedule;
import io.temporal.client.schedules.ScheduleActionStartWorkflow;
import io.temporal.client.schedules.ScheduleAlreadyRunningException;
import io.temporal.client.schedules.ScheduleClient;
import io.temporal.client.schedules.ScheduleClientOptions;
import io.temporal.client.schedules.ScheduleException;
import io.temporal.client.schedules.ScheduleListActionStartWorkflow;
import io.temporal.client.schedules.ScheduleListDescription;
import io.temporal.client.schedules.ScheduleOptions;
import io.temporal.client.schedules.SchedulePolicy;
import io.temporal.client.schedules.ScheduleSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code primeline schedule}: runs and evaluations that the Temporal server starts by the clock.
 */
@Command(
    name = "schedule",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "create|list|delete",
    description = {
      "Lets the server of TEMPORAL_ADDRESS start a run or an evaluation every night, or whenever a"
          + " cron expression says.",
      "",
      "What a run finds done it does not do again: one whose text has not changed since the last"
          + " only scores and reports, and one whose text has grown trains anew. A run is left out"
          + " while the one before it goes on.",
      "",
      "A specification with the key \"checkpoints\", such as {\"checkpoints\": [\"RUN/FAMILY\"],"
          + " \"heldout\": {\"ptb\": \"FILE\"}}, is an evaluation's: each scores the newest"
          + " checkpoint that the family then has."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  primeline schedule create nightly --spec nightly.json --cron '0 2 * * *'",
      "  primeline schedule list",
      "  primeline schedule delete nightly"
    })
final class ScheduleCommand implements Runnable {

  private static final String RUN = "Pretraining";
  private static final String EVALUATION = "Evaluation";

  /** A server that was down for longer than this leaves the night out. */
  private static final Duration CATCH_UP = Duration.ofHours(6);

  @Spec private CommandSpec command = CommandSpec.create();

  private final Map<String, String> environment;

  ScheduleCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public void run() {
    command.commandLine().usage(command.commandLine().getErr());
    throw new BadInput("schedule: nothing to do, expected create, list or delete");
  }

  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = "Creates a schedule; its runs are named after it and the time they begin.")
  int create(
      @Parameters(paramLabel = "NAME", description = "The schedule's name.") String name,
      @Option(
              names = "--spec",
              paramLabel = "FILE",
              required = true,
              description = "JSON, as typed into the Temporal UI, of a run or an evaluation.")
          Path file,
      @Option(
              names = "--cron",
              paramLabel = "CRON",
              defaultValue = "0 2 * * *",
              description = "When: minute, hour, day, month, weekday. Default: 0 2 * * *.")
          String cron,
      @Option(
              names = "--time-zone",
              paramLabel = "ZONE",
              defaultValue = "UTC",
              description = "Whose clock, such as Europe/Berlin. Default: UTC.")
          String zone)
      throws IOException {
    JsonNode given = read(file);
    // What a schedule starts next year must not depend on a file that may have gone.
    JsonNode typed =
        given instanceof ObjectNode spec
            ? SpecFiles.readAsCaller(spec, WorkerSettings.from(environment), Path.of(""))
            : given;
    boolean evaluation = typed.has("checkpoints");
    if (!evaluation) {
      SpecReader.read(typed);
    }
    Schedule schedule =
        Schedule.newBuilder()
            .setAction(
                ScheduleActionStartWorkflow.newBuilder()
                    .setWorkflowType(evaluation ? EVALUATION : RUN)
                    .setArguments(typed)
                    .setOptions(
                        WorkflowOptions.newBuilder()
                            .setWorkflowId(name)
                            .setTaskQueue(Queues.ORCHESTRATION)
                            .build())
                    .build())
            .setSpec(
                ScheduleSpec.newBuilder()
                    .setCronExpressions(List.of(cron))
                    .setTimeZoneName(zone)
                    .build())
            .setPolicy(
                SchedulePolicy.newBuilder()
                    .setOverlap(ScheduleOverlapPolicy.SCHEDULE_OVERLAP_POLICY_SKIP)
                    .setCatchupWindow(CATCH_UP)
                    .build())
            .build();
    return with(
        schedules -> {
          try {
            schedules.createSchedule(name, schedule, ScheduleOptions.newBuilder().build());
          } catch (ScheduleAlreadyRunningException e) {
            throw new BadInput(
                "schedule %s is there already, expected another name (primeline schedule delete %s removes it)"
                    .formatted(name, name));
          } catch (ScheduleException e) {
            throw refused(
                e,
                Status.Code.INVALID_ARGUMENT,
                "--cron: \"%s\" in time zone %s, expected five fields such as \"0 2 * * *\" and a zone such as Europe/Berlin"
                    .formatted(cron, zone));
          }
          say(
              "schedule %s: next %s"
                  .formatted(
                      name,
                      next(schedules.getHandle(name).describe().getInfo().getNextActionTimes())));
        });
  }

  @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the schedules.")
  int list() throws IOException {
    return with(
        schedules -> {
          TextTable table = new TextTable("schedule", "state", "next");
          schedules
              .listSchedules()
              .filter(ScheduleCommand::ours)
              .forEach(
                  schedule ->
                      table.row(
                          schedule.getScheduleId(),
                          schedule.getSchedule().getState().isPaused() ? "paused" : "active",
                          next(schedule.getInfo().getNextActionTimes())));
          table.lines().forEach(this::say);
        });
  }

  @Command(
      name = "delete",
      mixinStandardHelpOptions = true,
      description = "Removes a schedule; runs that it began go on.")
  int delete(@Parameters(paramLabel = "NAME", description = "The schedule's name.") String name)
      throws IOException {
    return with(
        schedules -> {
          try {
            schedules.getHandle(name).delete();
          } catch (ScheduleException e) {
            throw refused(
                e,
                Status.Code.NOT_FOUND,
                "schedule %s is unknown, expected one of primeline schedule list".formatted(name));
          }
        });
  }

  private interface Work {
    void with(ScheduleClient schedules);
  }

  private int with(Work work) throws IOException {
    try (TemporalConnection temporal = TemporalAddress.connect(environment)) {
      work.with(
          ScheduleClient.newInstance(
              temporal.client().getWorkflowServiceStubs(),
              ScheduleClientOptions.newBuilder()
                  .setNamespace(temporal.client().getOptions().getNamespace())
                  .build()));
    }
    return ExitCode.OK;
  }

  private static boolean ours(ScheduleListDescription schedule) {
    return schedule.getSchedule().getAction() instanceof ScheduleListActionStartWorkflow start
        && (start.getWorkflow().equals(RUN) || start.getWorkflow().equals(EVALUATION));
  }

  private static String next(List<Instant> times) {
    return times.isEmpty() ? "-" : times.get(0).toString();
  }

  private static RuntimeException refused(ScheduleException e, Status.Code blame, String sentence) {
    return e.getCause() instanceof StatusRuntimeException status
            && status.getStatus().getCode() == blame
        ? new BadInput(sentence)
        : e;
  }

  private static JsonNode read(Path file) throws IOException {
    try {
      return JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readTree(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new BadInput("--spec: %s is not there, expected a file of JSON".formatted(file));
    } catch (JsonProcessingException e) {
      throw new BadInput(
          "--spec: %s is no JSON (%s), expected an object".formatted(file, e.getOriginalMessage()));
    }
  }

  private void say(String line) {
    PrintWriter out = command.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
