package dev.primeline.workers.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.workers.worker.HostAndPort;
import dev.primeline.workers.worker.SpecFiles;
import dev.primeline.workers.worker.WorkerSettings;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.steps.Queues;
import io.temporal.envconfig.ClientConfigProfile;
import io.temporal.envconfig.LoadClientConfigProfileOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code primeline link}: where in the Temporal UI to start a run, or to watch one. */
@Command(
    name = "link",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the address of the Temporal UI's form that starts a run, with everything filled in"
          + " but the input, and the JSON to paste there. Nothing is started.",
      "",
      "With a run's name: the address where it is watched.",
      "",
      "The UI is the one of PRIMELINE_UI; for a server on this machine it is 1000 ports above"
          + " TEMPORAL_ADDRESS."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  primeline link --preset small-cpu --corpus s3://bucket/texts/",
      "  primeline link small-cpu-1a2b3c4d"
    })
final class LinkCommand implements Callable<Integer> {

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");

  @Mixin private SpecOptions options = new SpecOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "RUN",
      description = "The name of a run to watch. Default: the form for a new one.")
  private @Nullable String run;

  @Option(
      names = "--run-id",
      paramLabel = "ID",
      description = "The new run's name. Default: made of the specification.")
  private @Nullable String runId;

  @Spec private CommandSpec command = CommandSpec.create();

  private final Map<String, String> environment;

  LinkCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    String workflows = ui() + "/namespaces/" + encoded(namespace()) + "/workflows/";
    ObjectNode typed = options.overlay();
    PrintWriter out = command.commandLine().getOut();
    if (run != null) {
      if (!typed.isEmpty() || runId != null) {
        throw new BadInput(
            "%s: given beside options of a new run, expected one of both".formatted(run));
      }
      out.println(workflows + encoded(run));
    } else {
      LocalPaths.makeAbsolute(typed);
      typed =
          SpecFiles.readAsCaller(
              typed, WorkerSettings.from(environment), Path.of("primeline-output"));
      String id = RunName.of(runId, SpecReader.read(typed));
      out.println(
          "%sstart-workflow?workflowId=%s&taskQueue=%s&workflowType=Pretraining"
              .formatted(workflows, encoded(id), Queues.ORCHESTRATION));
      out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(typed));
    }
    out.flush();
    return ExitCode.OK;
  }

  private String ui() {
    String given = environment.getOrDefault("PRIMELINE_UI", "").strip();
    if (!given.isEmpty()) {
      if (!given.matches("https?://[^\\s?#]+")) {
        throw new BadInput(
            "PRIMELINE_UI: %s, expected an address such as http://127.0.0.1:8233".formatted(given));
      }
      return given.replaceAll("/+$", "");
    }
    HostAndPort server =
        HostAndPort.parse("TEMPORAL_ADDRESS", TemporalAddress.require(environment));
    if (server.host().endsWith(".tmprl.cloud")) {
      return "https://cloud.temporal.io";
    }
    if (!LOOPBACK.contains(server.host())) {
      throw new BadInput(
          "PRIMELINE_UI: not set, expected the address of the Temporal UI of " + server.host());
    }
    return "http://127.0.0.1:" + (server.port() + 1000);
  }

  private String namespace() throws IOException {
    String namespace =
        ClientConfigProfile.load(
                LoadClientConfigProfileOptions.newBuilder().setEnvOverrides(environment).build())
            .getNamespace();
    return namespace == null || namespace.isEmpty() ? "default" : namespace;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
