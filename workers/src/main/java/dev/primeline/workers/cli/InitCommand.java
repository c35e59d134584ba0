package dev.primeline.workers.cli;

import dev.primeline.workers.worker.RunSearch;
import dev.primeline.workers.worker.TemporalConnection;
import dev.primeline.workflows.experiment.BadInput;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.IndexedValueType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code primeline init}: makes a namespace ready for runs. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description = {
      "Registers what runs are found by in the Temporal UI, in the namespace that TEMPORAL_ADDRESS"
          + " and TEMPORAL_NAMESPACE name: search attributes PrimelineFamilies, PrimelineStep and"
          + " PrimelineLoss.",
      "",
      "Doing it again changes nothing. Runs work without them too, and say that they lack them."
    },
    footerHeading = "%nExample:%n",
    footer = "  TEMPORAL_ADDRESS=127.0.0.1:7233 primeline init")
final class InitCommand implements Callable<Integer> {

  @Spec private CommandSpec command = CommandSpec.create();

  private final Map<String, String> environment;

  InitCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws Exception {
    try (TemporalConnection temporal = TemporalAddress.connect(environment)) {
      String namespace = temporal.client().getOptions().getNamespace();
      Map<String, IndexedValueType> registered;
      try {
        registered = new RunSearch(temporal.client()).register();
      } catch (StatusRuntimeException e) {
        throw refused(namespace, e);
      }
      List<String> names =
          registered.entrySet().stream()
              .map(entry -> entry.getKey() + " (" + RunSearch.word(entry.getValue()) + ")")
              .toList();
      command
          .commandLine()
          .getOut()
          .println(
              names.isEmpty()
                  ? "namespace %s was ready".formatted(namespace)
                  : "namespace %s: registered %s".formatted(namespace, String.join(", ", names)));
      command.commandLine().getOut().flush();
      return ExitCode.OK;
    }
  }

  private static Exception refused(String namespace, StatusRuntimeException e) {
    Status.Code code = e.getStatus().getCode();
    if (code == Status.Code.PERMISSION_DENIED || code == Status.Code.UNIMPLEMENTED) {
      return new BadInput(
          "namespace %s: this server does not let you register search attributes (%s), expected whoever may: temporal operator search-attribute create --namespace %s --name PrimelineFamilies --type KeywordList --name PrimelineStep --type Int --name PrimelineLoss --type Double"
              .formatted(namespace, code, namespace));
    }
    return e;
  }
}
