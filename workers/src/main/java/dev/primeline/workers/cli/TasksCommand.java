package dev.primeline.workers.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.runs.NamedCheckpoint;
import dev.primeline.activities.tasks.Question;
import dev.primeline.activities.tasks.Task;
import dev.primeline.activities.tasks.TaskData;
import dev.primeline.activities.tasks.TaskRunner;
import dev.primeline.activities.tasks.TaskScores;
import dev.primeline.workers.worker.Stores;
import dev.primeline.workers.worker.WorkerSettings;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code primeline tasks}: zero-shot multiple choice. */
@Command(
    name = "tasks",
    mixinStandardHelpOptions = true,
    description = {
      "Asks a trained model multiple-choice questions: the choice of least cost given its context"
          + " is the answer.",
      "",
      "Costs are bounds on -log p(choice | context), exact for ARM, with one setting for all tasks"
          + " and models. acc-norm divides them by the choice's characters, acc-bytes by its bytes."
          + " Prompts are those of lm-evaluation-harness, files are the official ones:",
      "piqa, hellaswag, arc-easy, arc-challenge, openbookqa, sciq, siqa, boolq, race,"
          + " truthfulqa-mc1, mc-taco, anli, lambada. Labels of piqa and siqa are looked for beside"
          + " NAME.jsonl in NAME-labels.lst; race is a folder."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  primeline tasks --checkpoint small-cpu-1a2b3c4d/arm --task piqa=valid.jsonl",
      "  primeline tasks --checkpoint small-cpu-1a2b3c4d/mdm --task sciq=test.json"
          + " --task boolq=dev.jsonl --out answers"
    })
final class TasksCommand implements Callable<Integer> {

  @Mixin private StoreOptions place = new StoreOptions();
  @Mixin private CheckpointOption checkpoint = new CheckpointOption();

  @Option(
      names = "--task",
      paramLabel = "NAME=FILE",
      required = true,
      description =
          "A task and its file, here, s3://bucket/key or https://host/file; may be repeated.")
  private List<String> tasks = new ArrayList<>();

  @Option(
      names = "--draws",
      paramLabel = "K",
      description =
          "Mask draws per choice. Scores compare only where it is the same. Default:"
              + " ${DEFAULT-VALUE}.")
  private int draws = 16;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Ask only the first N questions of each task.")
  private @Nullable Integer limit;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      converter = LocalFolder.class,
      description =
          "Write each task's answers to DIR/TASK.jsonl as they come. The same command goes on where"
              + " it was interrupted.")
  private @Nullable Path folder;

  @Option(names = "--json", description = "Print a JSON list for programs.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  private final Map<String, String> environment;

  TasksCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    Map<Task, List<Question>> questions = questions();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    List<TaskScores> scores = new ArrayList<>();
    try (ArtifactStore store = place.open(environment)) {
      NamedCheckpoint named = checkpoint.find(store);
      try (TaskRunner runner =
          TaskRunner.open(
              store,
              named.training(),
              named.saved().manifest(),
              EngineSettings.defaults(),
              draws)) {
        for (var task : questions.entrySet()) {
          Path log = folder == null ? null : folder.resolve(task.getKey().label() + ".jsonl");
          scores.add(
              runner.run(
                  task.getKey(),
                  task.getValue(),
                  log,
                  progress(task.getKey(), task.getValue().size())));
        }
      }
    }
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(scores));
    } else {
      table(scores).lines().forEach(out::println);
    }
    out.flush();
    return ExitCode.OK;
  }

  /** All files are read before anything is computed. */
  private Map<Task, List<Question>> questions() throws IOException {
    if (limit != null && limit < 1) {
      throw new BadInput("--limit: %d, expected at least 1".formatted(limit));
    }
    Map<Task, List<Question>> questions = new EnumMap<>(Task.class);
    WorkerSettings own = WorkerSettings.from(environment).withOwnFiles();
    try (CorpusSources sources = Stores.sources(own)) {
      read(new TaskData(sources), questions);
    }
    return questions;
  }

  private void read(TaskData data, Map<Task, List<Question>> questions) throws IOException {
    for (String typed : tasks) {
      int equals = typed.indexOf('=');
      if (equals < 1 || equals == typed.length() - 1) {
        throw new BadInput("--task: \"%s\", expected NAME=FILE".formatted(typed));
      }
      Task task = Task.of(typed.substring(0, equals));
      List<Question> all = task.read(data, typed.substring(equals + 1));
      int count = limit == null ? all.size() : Math.min(limit, all.size());
      if (questions.put(task, all.subList(0, count)) != null) {
        throw new BadInput("--task: %s is given twice, expected once".formatted(task.label()));
      }
    }
  }

  private IntConsumer progress(Task task, int count) {
    PrintWriter err = command.commandLine().getErr();
    if (!Terminal.interactive(environment)) {
      return done -> {};
    }
    return done -> {
      String end = done == count ? "\r\u001b[K" : "";
      err.print("\r%s %d/%d%s".formatted(task.label(), done, count, end));
      err.flush();
    };
  }

  private static TextTable table(List<TaskScores> scores) {
    TextTable table =
        new TextTable(
            "task",
            "questions",
            "acc",
            "+-",
            "acc-norm",
            "+-",
            "acc-bytes",
            "+-",
            "majority",
            "random",
            "perplexity",
            "truncated");
    for (TaskScores score : scores) {
      table.row(
          score.task(),
          Integer.toString(score.questions()),
          share(score.acc()),
          error(score.acc()),
          share(score.accNorm()),
          error(score.accNorm()),
          share(score.accBytes()),
          error(score.accBytes()),
          percent(score.majority()),
          percent(score.random()),
          perplexity(score),
          Integer.toString(score.truncated()));
    }
    return table;
  }

  /** Of the last word; of whole answers it is an astronomic number that nobody compares. */
  private static String perplexity(TaskScores score) {
    return score.task().equals(Task.LAMBADA.label())
        ? String.format(Locale.ROOT, "%s %.4g", score.bound(), score.perplexity())
        : "-";
  }

  private static String share(TaskScores.@Nullable Share share) {
    return share == null ? "-" : percent(share.share());
  }

  private static String error(TaskScores.@Nullable Share share) {
    Double error = share == null ? null : share.standardError();
    return error == null ? "-" : percent(error);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f", 100 * share);
  }
}
