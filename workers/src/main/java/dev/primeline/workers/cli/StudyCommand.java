package dev.primeline.workers.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.workers.worker.WorkerSettings;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.scaling.StudyCost;
import dev.primeline.workflows.scaling.StudyPresets;
import dev.primeline.workflows.scaling.StudyReader;
import dev.primeline.workflows.scaling.StudyResult;
import dev.primeline.workflows.scaling.StudySpec;
import io.temporal.client.WorkflowClient;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code primeline study}: a scaling study, in this process or, with TEMPORAL_ADDRESS, elsewhere.
 */
@Command(
    name = "study",
    mixinStandardHelpOptions = true,
    description = {
      "Trains families at several compute budgets and sizes, and fits what they say: IsoFLOP"
          + " parabolas, the law L(N, D), compute multipliers, each with an interval.",
      "",
      "Every point is a training of its own, found again by whichever study needs it next: adding"
          + " budgets, sizes or seeds trains only what is new. primeline plan --study says what it"
          + " would cost. It runs in this process, or with TEMPORAL_ADDRESS on as many workers as"
          + " there are; Ctrl-C and the same command again go on where it was."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  primeline study --preset study-tiny",
      "  primeline study --preset study-tiny --set 'budgets=[2e10, 6e10, 2e11, 6e11]'",
      "  primeline study --spec mine.json --output studies"
    })
final class StudyCommand implements Callable<Integer> {

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description = "Starting point; primeline presets lists them. Default: study-tiny.")
  private @Nullable String preset;

  @Option(
      names = "--spec",
      paramLabel = "FILE.json",
      description = "A study's specification instead of a preset; it may name one to start from.")
  private @Nullable String spec;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Any key of the study; may be repeated. Example: --set"
              + " experiment.corpus.uri='texts/*.jsonl'")
  private List<String> settings = new ArrayList<>();

  @Option(
      names = "--output",
      paramLabel = "DIR",
      converter = LocalFolder.class,
      defaultValue = "primeline-output",
      description =
          "Where every artifact goes unless PRIMELINE_STORE is set. Default: ${DEFAULT-VALUE}.")
  private Path output = Path.of("primeline-output");

  @Option(
      names = "--study-id",
      paramLabel = "ID",
      description =
          "The study's name, which is its workflow id. Default: made of the specification.")
  private @Nullable String studyId;

  @Spec private CommandSpec command = CommandSpec.create();

  private final Map<String, String> environment;

  StudyCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws Exception {
    WorkerSettings settings = WorkerSettings.from(environment);
    ObjectNode typed = StudySource.withFiles(typed(), settings, output);
    if (settings.temporalAddress().isPresent()
        && typed.get("experiment") instanceof ObjectNode experiment) {
      LocalPaths.makeAbsolute(experiment);
    }
    StudySpec study = StudyReader.read(typed);
    String id =
        RunName.require(
            "--study-id",
            studyId == null ? study.preset() + "-" + Hashes.key(study).substring(0, 8) : studyId);
    return new Launch(environment, output, command)
        .run(
            id,
            study.experiment(),
            (client, store, display) -> follow(client, store, id, typed, study, display));
  }

  private ObjectNode typed() throws java.io.IOException {
    if (preset != null && spec != null) {
      throw new BadInput(
          "--spec: %s besides --preset %s, expected one of them".formatted(spec, preset));
    }
    String source = spec != null ? spec : preset != null ? preset : StudyPresets.DEFAULT;
    ObjectNode typed = StudySource.typed(source);
    for (String setting : settings) {
      SpecOptions.replace(typed, setting);
    }
    return typed;
  }

  private static int follow(
      WorkflowClient client,
      ArtifactStore store,
      String id,
      ObjectNode typed,
      StudySpec study,
      ProgressDisplay display)
      throws Exception {
    PrintStream out = System.out;
    StudyResult result;
    try (display;
        QueueWatch watch = new QueueWatch(client, display::note)) {
      display.note("study " + id);
      display.note(
          "%d trainings, up to %d where a bracket must grow"
              .formatted(StudyCost.points(study).size(), StudyCost.atMost(study)));
      StudyClient workflow = new StudyClient(client, id);
      workflow.start(typed, study);
      result = workflow.follow(display);
    }
    out.println();
    result.report().conclusions().forEach(out::println);
    out.println();
    out.println("points  " + store.uri(result.report().points().key()));
    out.println("result  " + store.uri(result.report().result().key()));
    out.println("report  " + store.uri(result.report().page().key()));
    return result.whole() && result.failed() == 0 ? ExitCode.OK : ExitCode.FAILURE;
  }
}
