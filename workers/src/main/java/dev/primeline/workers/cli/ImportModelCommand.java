package dev.primeline.workers.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.checkpoints.ModelImport;
import dev.primeline.activities.model.ReferenceWeights;
import dev.primeline.activities.subtokens.GivenCodes;
import dev.primeline.activities.subtokens.SubTokenizer;
import dev.primeline.activities.tokens.PreparedCorpus;
import dev.primeline.activities.weights.WeightsFile;
import dev.primeline.workers.worker.SpecFiles;
import dev.primeline.workers.worker.WorkerSettings;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.ModelShape;
import dev.primeline.workflows.experiment.SpecReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code primeline import-model}: a model that was trained elsewhere, as a checkpoint. */
@Command(
    name = "import-model",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a checkpoint of a model that was trained elsewhere, to score, ask and draw from.",
      "",
      "The weights have the public reference names: transformer.wte, transformer.h.N, lm_head."
          + " Layers and widths are read from their shapes. Nothing in a file is executed. No"
          + " training continues such a checkpoint: primeline run --init begins one with the"
          + " weights."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  primeline import-model --weights mdm-prime-v2.pth --heads 14 --tokenizer tokenizer.json"
          + " --permutation perm_32768.pt",
      "  primeline import-model --weights mdm.safetensors --family mdm --heads 12 --length 1024"
          + " --tokenizer gpt2"
    })
final class ImportModelCommand implements Callable<Integer> {

  @Mixin private StoreOptions place = new StoreOptions();

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      required = true,
      description = "Safetensors, or a state dict that torch.save wrote.")
  private Path weights = Path.of("");

  @Option(
      names = "--family",
      paramLabel = "NAME|JSON",
      description =
          "arm, mdm, prime, prime-v2, or an object such as '{\"family\": \"prime\", \"ell\": 4}'."
              + " Default: ${DEFAULT-VALUE}.")
  private String family = "prime-v2";

  @Option(
      names = "--heads",
      paramLabel = "N",
      required = true,
      description = "Attention heads, which no shape tells. The published 1.1B model has 14.")
  private int heads;

  @Option(
      names = "--length",
      paramLabel = "N",
      description = "Scored tokens of the model's window. Default: ${DEFAULT-VALUE}.")
  private int length = 2048;

  @Option(
      names = "--tokenizer",
      paramLabel = "bytes|gpt2|FILE",
      required = true,
      description =
          "How text becomes the model's tokens; a file is a Hugging Face tokenizer.json, local or"
              + " at an s3:// or https:// address.")
  private String tokenizer = "";

  @Option(
      names = "--permutation",
      paramLabel = "FILE",
      description =
          "The codes of the tokens, entry x for token x: a PyTorch or safetensors file with one"
              + " tensor of whole numbers, or a JSON array. Without it a token's code is its id.")
  private @Nullable String permutation;

  @Spec private CommandSpec command = CommandSpec.create();

  private final Map<String, String> environment;

  ImportModelCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    WeightsFile file = ForeignWeights.read(weights);
    ExperimentSpec spec = specification(ReferenceWeights.shape(file.tensors(), heads, length));
    ForeignWeights.Fitted fitted = ForeignWeights.fit(spec, weights, file);
    SubTokenizer codes;
    ArtifactRef manifest;
    try (ArtifactStore store = place.openOrMake(environment)) {
      codes = codes(store, spec);
      manifest =
          ModelImport.commit(
              store,
              spec.families().get(0),
              spec.model(),
              codes,
              PreparedCorpus.withoutText(store, spec.corpus()),
              spec.corpus().separator(),
              fitted.store(store));
    }
    PrintWriter out = command.commandLine().getOut();
    out.println(
        "%s  %,d parameters, %d layers of width %d; %,d tokens of %d digits in base %d"
            .formatted(
                spec.families().get(0).name(),
                fitted.tensors().stream().mapToLong(tensor -> tensor.values().length).sum(),
                spec.model().layers(),
                spec.model().width(),
                codes.vocabularySize(),
                codes.ell(),
                codes.base()));
    out.println("checkpoint  " + manifest.key());
    out.flush();
    return ExitCode.OK;
  }

  /** The one reader of specifications decides what fits together. */
  private ExperimentSpec specification(ModelShape shape) throws IOException {
    ObjectNode typed = JsonNodeFactory.instance.objectNode();
    ObjectNode corpus = typed.putObject("corpus").put("uri", "unknown");
    if (tokenizer.matches(".*[./].*")) {
      corpus.putObject("tokenizerFile").put("uri", tokenizer);
    } else {
      corpus.put("tokenizer", tokenizer);
    }
    typed.putArray("families").add(family());
    typed.set("model", new ObjectMapper().valueToTree(shape));
    return SpecReader.read(
        SpecFiles.readAsCaller(typed, WorkerSettings.from(environment), place.output()));
  }

  private ObjectNode family() {
    ObjectNode choice = JsonNodeFactory.instance.objectNode();
    if (family.startsWith("{")) {
      try {
        choice.setAll((ObjectNode) new ObjectMapper().readTree(family));
      } catch (JsonProcessingException | ClassCastException e) {
        throw new BadInput("--family: %s, expected a name or a JSON object".formatted(family));
      }
    } else {
      choice.put("family", family);
    }
    if (permutation != null) {
      choice.putObject("codes").put("uri", permutation);
    }
    return choice;
  }

  private static SubTokenizer codes(ArtifactStore store, ExperimentSpec spec) throws IOException {
    Family chosen = spec.families().get(0);
    int vocabularySize = spec.corpus().vocabularySize();
    if (chosen.order() == CodeOrder.IMPORTED) {
      return GivenCodes.open(store, chosen, vocabularySize);
    }
    if (chosen.order() != CodeOrder.INDEX) {
      throw new BadInput(
          "--permutation: missing, expected the file with the codes that %s was trained with"
              .formatted(chosen.name()));
    }
    return SubTokenizer.build(vocabularySize, chosen.base(), chosen.ell(), CodeOrder.INDEX, 0);
  }
}
