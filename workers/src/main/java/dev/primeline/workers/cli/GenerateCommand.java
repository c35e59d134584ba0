package dev.primeline.workers.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.generation.Canvas;
import dev.primeline.activities.generation.GeneratedText;
import dev.primeline.activities.generation.GenerationOrder;
import dev.primeline.activities.generation.Generator;
import dev.primeline.activities.generation.SamplingSettings;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.runs.NamedCheckpoint;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code primeline generate}: text from a trained model. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    description = {
      "Writes text with a trained model: continues a prompt, or fills the gap before a suffix.",
      "",
      "Masked models reveal digits in T steps; on a terminal the text is shown as it appears. ARM"
          + " writes from left to right. The same seed gives the same text.",
      "",
      "Temperature 1, no top-p and random order sample the model's own distribution."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  primeline generate --checkpoint small-cpu-1a2b3c4d/arm --prompt 'Once upon' --tokens 40",
      "  primeline generate --checkpoint small-cpu-1a2b3c4d/prime-v2 --prompt 'Once upon'"
          + " --suffix ' ever after.' --steps 64 --order confidence"
    })
final class GenerateCommand implements Callable<Integer> {

  @Mixin private StoreOptions place = new StoreOptions();
  @Mixin private CheckpointOption checkpoint = new CheckpointOption();
  @Mixin private PromptOptions known = new PromptOptions();

  @Option(
      names = "--tokens",
      paramLabel = "N",
      description = "How many tokens to write. Default: what the model's window has room for.")
  private @Nullable Integer tokens;

  @Option(
      names = "--steps",
      paramLabel = "T",
      description = "Steps of the reverse process. Default: one for each new token. Not for ARM.")
  private @Nullable Integer steps;

  @Option(
      names = "--order",
      paramLabel = "random|confidence",
      description =
          "Which digits a step reveals: any, or those that the model is surest of. Default: random."
              + " Not for ARM.")
  private @Nullable String order;

  @Option(
      names = "--temperature",
      paramLabel = "X",
      description = "Divides the logits; 0 takes the likeliest. Default: ${DEFAULT-VALUE}.")
  private double temperature = 1;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description =
          "Draw only from the likeliest values that together have this probability. Default:"
              + " ${DEFAULT-VALUE}.")
  private double topP = 1;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Of all draws. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "How many texts, each another one. Default: ${DEFAULT-VALUE}.")
  private int samples = 1;

  @Option(names = "--json", description = "Print a JSON object a line for programs.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  private final Map<String, String> environment;

  GenerateCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    String prompt = known.prompt();
    String suffix = known.suffix();
    if (samples < 1) {
      throw new BadInput("--samples: %d, expected at least 1".formatted(samples));
    }
    try (ArtifactStore store = place.open(environment)) {
      NamedCheckpoint named = checkpoint.find(store);
      try (Generator generator =
          Generator.open(
              store, named.training(), named.saved().manifest(), EngineSettings.defaults())) {
        write(generator, prompt, suffix);
      }
    }
    return ExitCode.OK;
  }

  private void write(Generator generator, String prompt, String suffix) throws IOException {
    int[] prefix = prompt.isEmpty() ? new int[0] : generator.text().encode(prompt);
    int[] ending = suffix.isEmpty() ? new int[0] : generator.text().encodeFurther(suffix);
    int count = tokens == null ? generator.room(prefix, ending) : tokens;
    SamplingSettings settings = order().settings(generator, count);
    PrintWriter out = command.commandLine().getOut();
    for (int sample = 0; sample < samples; sample++) {
      UnmaskingView view = view();
      Consumer<Canvas> watch = canvas -> view.show(generator.text().show(canvas));
      Canvas text = generator.generate(prefix, count, ending, settings, sample, watch);
      view.clear();
      out.println(
          json
              ? new ObjectMapper()
                  .writeValueAsString(GeneratedText.of(generator, settings, sample, text))
              : shown(generator.text().show(text)));
      out.flush();
    }
  }

  /** A file gets the very text; a terminal must not take commands from a model. */
  private String shown(String text) {
    return Terminal.interactive(environment) ? ErrorSentence.harmless(text) : text;
  }

  private GenerationOrder order() {
    return new GenerationOrder(
        checkpoint.name(), null, tokens, steps, order, temperature, topP, seed, samples);
  }

  private UnmaskingView view() {
    boolean live = !json && Terminal.interactive(environment);
    return new UnmaskingView(
        command.commandLine().getOut(), live ? Terminal.columns(environment) : 0);
  }
}
