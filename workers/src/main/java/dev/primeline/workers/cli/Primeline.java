package dev.primeline.workers.cli;

import dev.primeline.workers.worker.WorkerVersion;
import dev.primeline.workflows.experiment.NearestName;
import java.io.PrintWriter;
import java.lang.reflect.Constructor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code primeline} command. Each of its commands is a class beside this one. */
@Command(
    name = "primeline",
    synopsisSubcommandLabel = "COMMAND",
    description =
        "Pretrains masked diffusion language models and measures them by a valid likelihood.",
    subcommands = {
      RunCommand.class,
      RunsCommand.class,
      CheckpointsCommand.class,
      ContinueCommand.class,
      ExtendCommand.class,
      ChangeLearningRateCommand.class,
      PullCommand.class,
      GenerateCommand.class,
      TasksCommand.class,
      EvaluateCommand.class,
      CompareCommand.class,
      StudyCommand.class,
      FitCommand.class,
      PrepareCommand.class,
      PlanCommand.class,
      CodesCommand.class,
      WorkerCommand.class,
      InitCommand.class,
      LinkCommand.class,
      ScheduleCommand.class,
      PresetsCommand.class,
      DoctorCommand.class,
      ImportModelCommand.class,
      ExportWeightsCommand.class,
      InspectWeightsCommand.class,
      ExportEngineCommand.class,
      PruneCommand.class,
      HelpCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = Primeline.Version.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:it could not be done",
      "2:the command, the specification or a file that it names must be changed",
      "130:interrupted; the same command continues"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  primeline run                                       the quickstart",
      "  primeline run --corpus book.txt --preset small-cpu  your own text",
      "  primeline doctor                                    what to change first"
    })
public final class Primeline implements Callable<Integer> {

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean debug;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec command;

  private Primeline() {}

  /** Runs one command and ends the process with its {@linkplain ExitCode exit code}. */
  public static void main(String[] arguments) {
    Logging.takeOverLibraries();
    System.exit(commandLine(System.getenv()).execute(arguments));
  }

  /**
   * The command line as {@code main} runs it; tests give it their own streams.
   *
   * @param environment variables of the process
   */
  static CommandLine commandLine(Map<String, String> environment) {
    Primeline primeline = new Primeline();
    return new CommandLine(primeline, new Commands(environment))
        .setParameterExceptionHandler(Primeline::wrongUsage)
        .setExecutionExceptionHandler(primeline::failed)
        .setUsageHelpAutoWidth(true)
        .setColorScheme(
            CommandLine.Help.defaultColorScheme(
                Terminal.colours(environment) ? Ansi.AUTO : Ansi.OFF));
  }

  /** Without a command there is nothing to do but to say which ones there are. */
  @Override
  public Integer call() {
    command.commandLine().usage(command.commandLine().getErr());
    return ExitCode.USAGE;
  }

  private static int wrongUsage(ParameterException error, String[] arguments) {
    CommandLine command = error.getCommandLine();
    String message =
        error instanceof UnmatchedArgumentException unmatched
            ? unknown(command, unmatched.getUnmatched().get(0))
            : ErrorSentence.flat(error.getMessage());
    complain(command, message, "see " + command.getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE;
  }

  private static String unknown(CommandLine command, String argument) {
    if (argument.startsWith("-")) {
      return "\"%s\" is no option%s"
          .formatted(
              argument, NearestName.hint(argument, command.getCommandSpec().optionsMap().keySet()));
    }
    return command.getSubcommands().isEmpty()
        ? "\"%s\" belongs to no option; a glob needs quotes: '*.txt'".formatted(argument)
        : "\"%s\" is no command%s"
            .formatted(argument, NearestName.hint(argument, command.getSubcommands().keySet()));
  }

  private int failed(Exception error, CommandLine command, ParseResult arguments) {
    LoggerFactory.getLogger(Primeline.class).error("{} failed", command.getCommandName(), error);
    complain(command, ErrorSentence.of(error), "");
    if (debug) {
      error.printStackTrace(command.getErr());
      command.getErr().flush();
    }
    return ErrorSentence.blamesInput(error) ? ExitCode.USAGE : ExitCode.FAILURE;
  }

  private static void complain(CommandLine command, String sentence, String hint) {
    PrintWriter err = command.getErr();
    err.println("primeline: " + sentence + (hint.isEmpty() ? "" : " (" + hint + ")"));
    err.flush();
  }

  /** Makes the commands; one that looks at the environment takes it in its constructor. */
  private record Commands(Map<String, String> environment) implements IFactory {

    @Override
    public <K> K create(Class<K> type) throws Exception {
      for (Constructor<?> constructor : type.getDeclaredConstructors()) {
        if (List.of(constructor.getParameterTypes()).equals(List.of(Map.class))) {
          return type.cast(constructor.newInstance(environment));
        }
      }
      return CommandLine.defaultFactory().create(type);
    }
  }

  /** The version that the build wrote into the jar. */
  static final class Version implements IVersionProvider {

    static String text() {
      return WorkerVersion.ofJar();
    }

    @Override
    public String[] getVersion() {
      return new String[] {"primeline " + text()};
    }
  }
}
