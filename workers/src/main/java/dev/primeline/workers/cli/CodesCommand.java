package dev.primeline.workers.cli;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.StoreLock;
import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.activities.report.CodesPage;
import dev.primeline.activities.subtokens.CodeAnalysis;
import dev.primeline.workers.worker.SpecFiles;
import dev.primeline.workers.worker.Stores;
import dev.primeline.workers.worker.WorkerSettings;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.SpecReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code primeline codes}: what digits say on a text under every order of codes. */
@Command(
    name = "codes",
    mixinStandardHelpOptions = true,
    description = {
      "Measures what the digits of a text's tokens say under every order of codes, and recommends"
          + " one.",
      "",
      "Orders that are learnt from the text (frequency, distributional) are kept in the store,"
          + " where a run with {\"family\": \"prime-v2\", \"order\": \"distributional\"} finds"
          + " them."
    },
    footerHeading = "%nExample:%n",
    footer = "  primeline codes --corpus book.txt --tokenizer gpt2 --ell 2,4,16")
final class CodesCommand implements Callable<Integer> {

  @Mixin private SpecOptions options = new SpecOptions();

  @Option(
      names = "--output",
      paramLabel = "DIR",
      converter = LocalFolder.class,
      defaultValue = "primeline-output",
      description = "As in run: where artifacts go. Default: ${DEFAULT-VALUE}.")
  private Path output = Path.of("primeline-output");

  @Option(
      names = "--ell",
      paramLabel = "N",
      split = ",",
      description = "Digits per token. Default: 2, 3, 4, 6, 8 and as many as bits.")
  private List<Integer> ells = new ArrayList<>();

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec command;

  private final Map<String, String> environment;

  CodesCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  @SuppressWarnings("try") // the lock is held, not read
  public Integer call() throws IOException {
    WorkerSettings settings = WorkerSettings.from(environment);
    ExperimentSpec spec =
        SpecReader.read(SpecFiles.readAsCaller(options.overlay(), settings, output));
    try (CorpusSources sources = SpecOptions.requireFiles(spec, settings);
        ArtifactStore store = Stores.open(settings, output);
        StoreLock lock = StoreLock.acquire(output)) {
      CorpusResult corpus = PlanCommand.prepare(store, sources, spec);
      CodeAnalysis.Stored stored =
          CodeAnalysis.of(
              store, corpus.manifest(), corpus.vocabularySize(), spec.seed(), ells, read -> {});
      print(stored, store);
      writePage(stored.analysis());
    }
    return ExitCode.OK;
  }

  private void writePage(CodeAnalysis analysis) throws IOException {
    Path page = output.resolve("codes.html");
    Path written = Files.writeString(output.resolve(".codes.html"), CodesPage.render(analysis));
    Files.move(written, page, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    command.commandLine().getOut().println("plots: " + page);
    command.commandLine().getOut().flush();
  }

  private void print(CodeAnalysis.Stored stored, ArtifactStore store) {
    PrintWriter out = command.commandLine().getOut();
    CodeAnalysis analysis = stored.analysis();
    out.println(
        String.format(
            Locale.ROOT,
            "%,d training tokens, vocabulary %,d, entropy of a token %.3f nats",
            analysis.tokens(),
            analysis.vocabularySize(),
            analysis.tokenEntropyNats()));
    TextTable table =
        new TextTable(
            "order", "ell", "base", "sum of digits", "least", "most", "total correlation");
    for (CodeAnalysis.Row row : analysis.rows()) {
      List<Double> nats = row.digitEntropiesNats();
      table.row(
          row.order().name().toLowerCase(Locale.ROOT),
          Integer.toString(row.ell()),
          Integer.toString(row.base()),
          nats(nats.stream().mapToDouble(n -> n).sum()),
          nats(nats.stream().mapToDouble(n -> n).min().orElse(0)),
          nats(nats.stream().mapToDouble(n -> n).max().orElse(0)),
          nats(row.totalCorrelationNats()));
    }
    table.lines().forEach(out::println);
    CodeAnalysis.Recommendation recommended = analysis.recommended();
    out.println(
        "recommended: %s codes, ell %d, base %d"
            .formatted(
                recommended.order().name().toLowerCase(Locale.ROOT),
                recommended.ell(),
                recommended.base()));
    out.println(recommended.reason());
    out.println("every digit: " + store.uri(stored.file().key()));
    out.flush();
  }

  private static String nats(double nats) {
    return String.format(Locale.ROOT, "%.3f", nats);
  }
}
