package dev.primeline.workers.cli;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.StoreLock;
import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.tokens.CorpusPreparation;
import dev.primeline.activities.tokens.PreparedCorpus;
import dev.primeline.activities.training.Trial;
import dev.primeline.workers.worker.SpecFiles;
import dev.primeline.workers.worker.Stores;
import dev.primeline.workers.worker.WorkerSettings;
import dev.primeline.workflows.corpus.CorpusRequest;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Plan;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.scaling.StudyCost;
import dev.primeline.workflows.scaling.StudyReader;
import dev.primeline.workflows.scaling.StudySpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
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

/** {@code primeline plan}: what a run would cost, from a few real steps on this machine. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = {
      "Says what a run with the same options would take: parameters, tokens, FLOPs, bytes, time and"
          + " money.",
      "",
      "Time comes from a few seconds of real steps of every family on this machine, also when"
          + " TEMPORAL_ADDRESS is set. The corpus is prepared as run would prepare it, and run"
          + " finds it again under the same --output; nothing else is kept."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  primeline plan --corpus book.txt --preset small-cpu --hourly-rate 0.40",
      "  primeline plan --study study-tiny"
    })
final class PlanCommand implements Callable<Integer> {

  @Mixin private SpecOptions options = new SpecOptions();

  @Option(
      names = "--output",
      paramLabel = "DIR",
      converter = LocalFolder.class,
      defaultValue = "primeline-output",
      description = "As in run: where artifacts go. Default: ${DEFAULT-VALUE}.")
  private Path output = Path.of("primeline-output");

  @Option(
      names = "--study",
      paramLabel = "NAME|FILE",
      description =
          "What a scaling study would take instead: a preset of primeline study, or a file with its"
              + " specification.")
  private @Nullable String study;

  @Option(
      names = "--hourly-rate",
      paramLabel = "MONEY",
      description = "What one hour of this machine costs, in any currency.")
  private @Nullable Double hourlyRate;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec command;

  private final Map<String, String> environment;

  PlanCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  @SuppressWarnings("try") // the lock is held, not read
  public Integer call() throws IOException {
    if (hourlyRate != null && !(hourlyRate >= 0 && hourlyRate < 1e9)) {
      throw new BadInput("--hourly-rate: %s, expected an amount of money".formatted(hourlyRate));
    }
    if (study != null) {
      return planStudy(study);
    }
    WorkerSettings settings = WorkerSettings.from(environment);
    ExperimentSpec spec =
        SpecReader.read(SpecFiles.readAsCaller(options.overlay(), settings, output));
    try (CorpusSources sources = SpecOptions.requireFiles(spec, settings);
        ArtifactStore store = Stores.open(settings, output);
        StoreLock lock = StoreLock.acquire(output)) {
      CorpusResult corpus = prepare(store, sources, spec);
      print(spec, corpus, plans(spec, corpus, PreparedCorpus.open(store, corpus.manifest())));
    }
    return ExitCode.OK;
  }

  @SuppressWarnings("try") // the lock is held, not read
  private int planStudy(String source) throws IOException {
    if (!options.overlay().isEmpty()) {
      throw new BadInput(
          "--study: %s besides options of a run, expected them in the study's file"
              .formatted(source));
    }
    WorkerSettings settings = WorkerSettings.from(environment);
    StudySpec spec =
        StudyReader.read(StudySource.withFiles(StudySource.typed(source), settings, output));
    try (CorpusSources sources = SpecOptions.requireFiles(spec.experiment(), settings);
        ArtifactStore store = Stores.open(settings, output);
        StoreLock lock = StoreLock.acquire(output)) {
      CorpusResult corpus = prepare(store, sources, spec.experiment());
      StudyPlan plan = new StudyPlan(spec, corpus, PreparedCorpus.open(store, corpus.manifest()));
      print(spec, plan.costs());
    }
    return ExitCode.OK;
  }

  private void print(StudySpec spec, List<StudyPlan.FamilyCost> costs) {
    PrintWriter out = command.commandLine().getOut();
    TextTable table = new TextTable("family", "trainings", "tokens", "FLOPs", "hours", "bytes");
    costs.forEach(
        cost ->
            table.row(
                cost.family(),
                Integer.toString(cost.plans().size()),
                ProgressText.quantity((double) cost.plans().stream().mapToLong(Plan::tokens).sum()),
                String.format(Locale.ROOT, "%.1e", cost.flops()),
                String.format(Locale.ROOT, "%.2f", cost.seconds() / 3600),
                bytes(cost.bytes())));
    table.lines().forEach(out::println);
    double seconds = costs.stream().mapToDouble(StudyPlan.FamilyCost::seconds).sum();
    out.println(
        "in all %d trainings (up to %d where brackets grow), %.1e FLOPs, about %s on one such device%s; %s stored"
            .formatted(
                StudyCost.points(spec).size(),
                StudyCost.atMost(spec),
                costs.stream().mapToDouble(StudyPlan.FamilyCost::flops).sum(),
                ProgressText.duration(seconds),
                money(seconds),
                bytes(costs.stream().mapToLong(StudyPlan.FamilyCost::bytes).sum())));
    int extrapolated = costs.stream().mapToInt(StudyPlan.FamilyCost::extrapolated).sum();
    if (extrapolated > 0) {
      out.println(
          "%d of them are too large to be tried here: their time is that of their FLOPs at the speed of the largest one tried"
              .formatted(extrapolated));
    }
    out.flush();
  }

  private String money(double seconds) {
    return hourlyRate == null
        ? ""
        : String.format(
            Locale.ROOT, ", %.2f at %s an hour", seconds / 3600 * hourlyRate, hourlyRate);
  }

  /** Makes the corpus as a run would, or finds it. */
  static CorpusResult prepare(ArtifactStore store, CorpusSources sources, ExperimentSpec spec)
      throws IOException {
    Path scratch = Path.of(System.getProperty("java.io.tmpdir"));
    return new CorpusPreparation(store, scratch, sources, progress -> {})
        .prepare(new CorpusRequest(spec.corpus(), spec.model().length(), spec.seed()));
  }

  private static List<Plan> plans(ExperimentSpec spec, CorpusResult text, PreparedCorpus corpus) {
    Plan.Text known =
        new Plan.Text(text.vocabularySize(), text.trainTokens(), text.heldoutTokens());
    EngineSettings engine = EngineSettings.defaults();
    List<Plan> plans = new ArrayList<>();
    for (Family family : spec.families()) {
      plans.add(Plan.of(spec, family, known, Trial.measure(spec, family, corpus, engine)));
    }
    return plans;
  }

  private void print(ExperimentSpec spec, CorpusResult corpus, List<Plan> plans) {
    PrintWriter out = command.commandLine().getOut();
    out.println(
        "%s: %,d tokens to learn from, %,d to score, vocabulary %,d"
            .formatted(
                spec.preset(),
                corpus.trainTokens(),
                corpus.heldoutTokens(),
                corpus.vocabularySize()));
    TextTable table =
        new TextTable(
            "family",
            "parameters",
            "tokens",
            "epochs",
            "FLOPs",
            "tokens/s",
            "training",
            "evaluation",
            "checkpoints",
            "bytes");
    for (Plan plan : plans) {
      table.row(
          plan.family(),
          ProgressText.quantity((double) plan.parameters()),
          ProgressText.quantity((double) plan.tokens()),
          String.format(Locale.ROOT, "%.1f", plan.epochs()),
          String.format(Locale.ROOT, "%.1e", plan.flops()),
          ProgressText.quantity(plan.tokens() / plan.trainingSeconds()),
          ProgressText.duration(plan.trainingSeconds()),
          ProgressText.duration(plan.evaluationSeconds()),
          Long.toString(plan.checkpoints()),
          bytes(plan.bytes()));
    }
    table.lines().forEach(out::println);
    double seconds = plans.stream().mapToDouble(Plan::seconds).sum();
    out.println(
        "in all about %s on this machine, one family after the other; %s stored%s"
            .formatted(
                ProgressText.duration(seconds),
                bytes(plans.stream().mapToLong(Plan::bytes).sum()),
                money(seconds)));
    out.flush();
  }

  /** {@code 312 B}, {@code 4.0 MB}, {@code 1.2 TB}; powers of 1000. */
  static String bytes(long bytes) {
    String[] units = {"B", "kB", "MB", "GB", "TB", "PB"};
    double value = bytes;
    int unit = 0;
    while (value >= 999.5 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(
        Locale.ROOT, value < 9.95 && unit > 0 ? "%.1f %s" : "%.0f %s", value, units[unit]);
  }
}
