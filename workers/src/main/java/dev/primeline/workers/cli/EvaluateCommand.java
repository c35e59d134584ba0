package dev.primeline.workers.cli;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.perplexity.TextScore;
import dev.primeline.activities.perplexity.TextScoreFiles;
import dev.primeline.activities.perplexity.TextScoresOrder;
import dev.primeline.activities.perplexity.TextScoring;
import dev.primeline.workers.worker.Stores;
import dev.primeline.workers.worker.WorkerSettings;
import dev.primeline.workflows.evaluation.FamilyScores;
import dev.primeline.workflows.evaluation.FamilyScores.OtherBound;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.DocumentSplit;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code primeline evaluate}: zero-shot perplexity. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = {
      "Scores trained models on held-out texts of any kind: a table of bounds (exact likelihoods"
          + " for ARM) with their errors.",
      "",
      "Each text becomes tokens as the model's own did and is scored in windows of the model's"
          + " length, every token once. Nats, perplexity and errors are per token: models with"
          + " other tokens compare by bits per byte or word perplexity. What was scored before is"
          + " found again, and an interrupted command goes on where it was."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  primeline evaluate --checkpoint small-cpu-1a2b3c4d/mdm --heldout wikitext2=test.txt",
      "  primeline evaluate --checkpoint RUN/arm --checkpoint RUN/prime-v2 --heldout ptb=ptb.txt"
          + " --heldout lm1b=lm1b.txt --mask-error 0.005 --out scores"
    })
final class EvaluateCommand implements Callable<Integer> {

  @Mixin private StoreOptions place = new StoreOptions();

  @Option(
      names = "--checkpoint",
      paramLabel = "RUN/FAMILY|MANIFEST",
      required = true,
      description =
          "A run and a family of it, for its newest whole checkpoint; or a manifest's key. May be"
              + " repeated.")
  private List<String> checkpoints = new ArrayList<>();

  @Option(
      names = "--heldout",
      paramLabel = "NAME=FILE",
      required = true,
      description =
          "A name and its text: a file, directory or glob, here, on S3 or the web, as --corpus of"
              + " run. May be repeated.")
  private List<String> texts = new ArrayList<>();

  @Option(
      names = "--split",
      paramLabel = "file|blank-line|heading",
      description = "Where a document of plain text ends. Default: with its file.")
  private @Nullable String split;

  @Option(names = "--draws", paramLabel = "K", description = "Mask draws per window. Default: 4.")
  private @Nullable Integer draws;

  @Option(
      names = "--mask-error",
      paramLabel = "SHARE",
      description =
          "Draw masks until the mask error is this share of the score, such as 0.005, instead of K"
              + " times.")
  private @Nullable Double maskError;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Score whole windows within the first N tokens of each text. Default: all.")
  private @Nullable Long maxTokens;

  @Option(
      names = "--token-mask-draws",
      paramLabel = "K",
      description = "Also take the bound under masks of whole tokens, with K draws per window.")
  private @Nullable Integer tokenMaskDraws;

  @Option(
      names = "--sampler-steps",
      paramLabel = "T",
      description = "Also take the bound on text that is drawn in T steps.")
  private @Nullable Integer samplerSteps;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      converter = LocalFolder.class,
      description = "Write scores.json and scores.csv there.")
  private @Nullable Path folder;

  @Option(names = "--json", description = "Print a JSON list for programs.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  private final Map<String, String> environment;

  EvaluateCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    TextScoresOrder order =
        new TextScoresOrder(
            checkpoints,
            named(),
            documents(),
            draws,
            maskError,
            maxTokens,
            tokenMaskDraws,
            samplerSteps);
    List<TextScore> scores;
    try (ArtifactStore store = place.open(environment);
        CorpusSources sources = Stores.sources(WorkerSettings.from(environment).withOwnFiles())) {
      Path scratch = Path.of(System.getProperty("java.io.tmpdir"));
      scores =
          new TextScoring(store, scratch, sources, EngineSettings.defaults())
              .score(order, this::progress);
    }
    if (folder != null) {
      Files.createDirectories(folder);
      Files.write(folder.resolve("scores.json"), TextScoreFiles.json(scores));
      Files.write(folder.resolve("scores.csv"), TextScoreFiles.csv(scores));
    }
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      out.print(new String(TextScoreFiles.json(scores), StandardCharsets.UTF_8));
    } else {
      table(scores).lines().forEach(out::println);
      others(scores).forEach(out::println);
    }
    out.flush();
    return alarmed(scores);
  }

  private Map<String, String> named() {
    Map<String, String> named = new LinkedHashMap<>();
    for (String typed : texts) {
      int equals = typed.indexOf('=');
      if (equals < 1 || equals == typed.length() - 1) {
        throw new BadInput("--heldout: \"%s\", expected NAME=FILE".formatted(typed));
      }
      String name = typed.substring(0, equals);
      if (named.put(name, LocalPaths.absolute(typed.substring(equals + 1))) != null) {
        throw new BadInput("--heldout: %s is given twice, expected once".formatted(name));
      }
    }
    return named;
  }

  private @Nullable DocumentSplit documents() {
    if (split == null) {
      return null;
    }
    return switch (split) {
      case "file" -> DocumentSplit.FILE;
      case "blank-line" -> DocumentSplit.BLANK_LINE;
      case "heading" -> DocumentSplit.HEADING;
      default ->
          throw new BadInput(
              "--split: \"%s\", expected file, blank-line or heading".formatted(split));
    };
  }

  private void progress(String checkpoint, String text, double fraction) {
    if (Terminal.interactive(environment)) {
      PrintWriter err = command.commandLine().getErr();
      err.print(
          fraction >= 1
              ? "\r\u001b[K"
              : String.format(
                  Locale.ROOT,
                  "\r\u001b[K%s on %s %.0f %%",
                  ErrorSentence.harmless(checkpoint),
                  ErrorSentence.harmless(text),
                  100 * fraction));
      err.flush();
    }
  }

  private static TextTable table(List<TextScore> scores) {
    TextTable table =
        new TextTable(
            "text",
            "model",
            "nats/token",
            "+- error",
            "mask",
            "perplexity",
            "word ppl",
            "bits/byte",
            "tokens",
            "draws",
            "published estimator (not a bound)");
    for (TextScore score : scores) {
      FamilyScores s = score.scores();
      table.row(
          ErrorSentence.harmless(score.text()),
          ErrorSentence.harmless(score.checkpoint()),
          score.bound() + number(" %.4f", s.nelboNatsPerToken()),
          number("%.4f", s.standardError()),
          number("%.4f", s.maskError()),
          score.bound() + number(" %.2f", s.perplexity()),
          s.wordPerplexity() == null ? "-" : score.bound() + number(" %.2f", s.wordPerplexity()),
          s.bitsPerByte() == null ? "-" : score.bound() + number(" %.4f", s.bitsPerByte()),
          Long.toString(s.tokensScored()),
          s.draws() == null ? "-" : s.draws().toString(),
          s.publishedEstimator() == null ? "-" : number("%.4f", s.publishedEstimator()));
    }
    return table;
  }

  /** Under the table, for they compare with their own kind alone. */
  private static List<String> others(List<TextScore> scores) {
    TextTable table =
        new TextTable("other bound", "text", "model", "nats/token", "+- error", "perplexity");
    int rows = 0;
    for (TextScore score : scores) {
      for (OtherBound bound : score.scores().otherBounds()) {
        rows++;
        table.row(
            bound.name(),
            ErrorSentence.harmless(score.text()),
            ErrorSentence.harmless(score.checkpoint()),
            number("<= %.4f", bound.natsPerToken()),
            number("%.4f", bound.standardError()),
            number("<= %.2f", bound.perplexity()));
      }
    }
    if (rows == 0) {
      return List.of();
    }
    List<String> lines = table.lines();
    lines.add(0, "");
    return lines;
  }

  private int alarmed(List<TextScore> scores) {
    List<String> alarms = scores.stream().flatMap(score -> score.alarms().stream()).toList();
    if (alarms.isEmpty()) {
      return ExitCode.OK;
    }
    PrintWriter err = command.commandLine().getErr();
    err.println("primeline: the self-check fired, these numbers must not be believed:");
    alarms.forEach(alarm -> err.println("  " + ErrorSentence.harmless(alarm)));
    err.flush();
    return ExitCode.FAILURE;
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
