package dev.primeline.workers.cli;

import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.batches.TrainingBatches;
import dev.primeline.activities.model.EngineExport;
import dev.primeline.activities.model.NetworkSpec;
import dev.primeline.activities.model.StepSettings;
import dev.primeline.activities.subtokens.SubTokenizer;
import dev.primeline.activities.tokens.UniformTokens;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Precision;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.experiment.TrainingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes the training step of one family as a file for other machines' libtorch. */
@Command(
    name = "export-engine",
    description = {
      "Writes the training step of one family as a TorchScript archive that any libtorch loads.",
      "",
      "Inside it are, as extra/*.npy and extra/example.json, the inputs of some steps on random"
          + " tokens and the losses that this machine's CPU computes for them in fp32: what another"
          + " device must find too (infra/benchmarks/gpu_check.py does that)."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  primeline export-engine --preset small-cpu --families prime-v2 --out engine.pt")
final class ExportEngineCommand implements Callable<Integer> {

  @Mixin private SpecOptions options = new SpecOptions();

  @Option(names = "--out", paramLabel = "FILE", required = true, description = "What to write.")
  private Path out = Path.of("engine.pt");

  @Option(
      names = "--example-steps",
      paramLabel = "N",
      description =
          "Steps of the example; with 0 the file holds no weights, which suits models that are too"
              + " large for this machine. Default: ${DEFAULT-VALUE}.")
  private int exampleSteps = 20;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    if (exampleSteps < 0) {
      throw new BadInput("--example-steps: %d, expected 0 or more".formatted(exampleSteps));
    }
    ExperimentSpec spec = SpecReader.read(options.overlay());
    if (spec.families().size() != 1) {
      throw new BadInput(
          "families: %s, expected one, such as --families prime-v2"
              .formatted(spec.families().stream().map(Family::name).toList()));
    }
    Family family = spec.families().get(0);
    if (!family.order().drawn() || spec.corpus().tokenizerFile() != null) {
      throw new BadInput(
          "families[0]: codes or a tokenizer that a file or a text decides, expected index,"
              + " shuffled or all-codes and bytes or gpt2");
    }
    byte[] archive =
        EngineExport.of(network(spec, family), batches(spec, family), steps(spec), spec.seed());
    write(archive);
    command
        .commandLine()
        .getOut()
        .println("%s  %,d bytes, %d example steps".formatted(out, archive.length, exampleSteps));
    return ExitCode.OK;
  }

  private static NetworkSpec network(ExperimentSpec spec, Family family) {
    int vocabularySize = spec.corpus().vocabularySize();
    SubTokenizer codes =
        SubTokenizer.build(
            vocabularySize, family.base(), family.ell(), family.order(), spec.seed());
    return new NetworkSpec(family, spec.model(), vocabularySize, codes.codes());
  }

  private List<Batch> batches(ExperimentSpec spec, Family family) {
    int sequences = spec.training().batch();
    int length = spec.model().length();
    int vocabularySize = spec.corpus().vocabularySize();
    TrainingBatches batches =
        new TrainingBatches(
            new UniformTokens(sequences * length, vocabularySize, spec.seed()),
            vocabularySize - 1,
            length,
            family,
            sequences,
            spec.seed());
    return LongStream.range(0, exampleSteps).mapToObj(batches::at).toList();
  }

  /** At the peak learning rate: what goes wrong on another device shows soonest. */
  private static StepSettings steps(ExperimentSpec spec) {
    TrainingSettings training = spec.training();
    return new StepSettings(
        training.learningRate(),
        training.weightDecay(),
        training.beta1(),
        training.beta2(),
        training.epsilon(),
        training.clip(),
        0,
        Precision.FP32);
  }

  private void write(byte[] archive) throws IOException {
    Path folder = out.toAbsolutePath().getParent();
    Path part = Files.createTempFile(folder == null ? out.toAbsolutePath() : folder, ".engine", "");
    try {
      Files.write(part, archive);
      Files.move(part, out, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
