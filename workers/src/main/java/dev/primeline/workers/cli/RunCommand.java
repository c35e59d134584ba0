package dev.primeline.workers.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.workers.worker.SpecFiles;
import dev.primeline.workers.worker.Stores;
import dev.primeline.workers.worker.WorkerSettings;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.SpecReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code primeline run}: text to report, in this process or, with TEMPORAL_ADDRESS, on a cluster.
 */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Trains the families of an experiment and measures them.",
      "",
      "Without options it is the quickstart: four families on a synthetic source. It runs in this"
          + " process and needs no server; Ctrl-C saves a checkpoint, and the same command"
          + " continues.",
      "",
      "With TEMPORAL_ADDRESS set it starts the run on that server and follows it; Ctrl-C leaves it"
          + " running, and the same command follows it again. The server's workers must have the"
          + " same PRIMELINE_STORE and see the same files under the same names: --corpus and"
          + " --heldout are sent as absolute paths."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  primeline run",
      "  primeline run --corpus book.txt --preset small-cpu --families arm,prime-v2",
      "  primeline run --corpus 'texts/*.jsonl' --tokenizer gpt2 --preset small-cpu --set"
          + " model.layers=6"
    })
final class RunCommand implements Callable<Integer> {

  @Mixin private SpecOptions options = new SpecOptions();

  @Option(
      names = "--output",
      paramLabel = "DIR",
      converter = LocalFolder.class,
      defaultValue = "primeline-output",
      description =
          "Where result.json goes, and every artifact unless PRIMELINE_STORE is set. Default:"
              + " ${DEFAULT-VALUE}.")
  private Path output = Path.of("primeline-output");

  @Option(
      names = "--run-id",
      paramLabel = "ID",
      description = "The run's name, which is its workflow id. Default: made of the specification.")
  private @Nullable String runId;

  @Option(
      names = "--init",
      paramLabel = "FILE",
      description =
          "Weights to begin with instead of random ones: safetensors or a PyTorch state dict, under"
              + " the public reference names, for exactly one family.")
  private @Nullable Path init;

  @Spec private CommandSpec command = CommandSpec.create();

  private final Map<String, String> environment;

  RunCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws Exception {
    WorkerSettings settings = WorkerSettings.from(environment);
    ObjectNode typed = options.overlay();
    if (settings.temporalAddress().isPresent()) {
      LocalPaths.makeAbsolute(typed);
    }
    typed = SpecFiles.readAsCaller(typed, settings, output);
    if (init != null) {
      beginWith(init, typed, settings);
    }
    ExperimentSpec spec = SpecReader.read(typed);
    return new RunLaunch(environment, output, command).run(RunName.of(runId, spec), typed, spec);
  }

  private void beginWith(Path file, ObjectNode typed, WorkerSettings settings) throws IOException {
    ForeignWeights.Fitted weights = ForeignWeights.fit(SpecReader.read(typed), file);
    try (ArtifactStore store = Stores.open(settings, output)) {
      typed.set("initialWeights", new ObjectMapper().valueToTree(weights.store(store)));
    }
  }
}
