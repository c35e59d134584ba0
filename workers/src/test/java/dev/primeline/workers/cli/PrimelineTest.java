package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class PrimelineTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private CommandLine commandLine() {
    return Primeline.commandLine(Map.of())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true));
  }

  @Test
  void everyCommandExplainsItselfWithAnExample() {
    CommandLine primeline = commandLine();
    assertThat(primeline.getSubcommands()).containsKeys("presets", "doctor");
    primeline
        .getSubcommands()
        .forEach(
            (name, command) -> {
              String help = command.getUsageMessage();
              if (!name.equals("help")) {
                assertThat(help).contains("Example", "primeline " + name, "--help", "--debug");
              }
              assertThat(command.getCommandSpec().usageMessage().description()).isNotEmpty();
              command
                  .getCommandSpec()
                  .options()
                  .forEach(option -> assertThat(option.description()).as(help).isNotEmpty());
            });
  }

  @Test
  void presetsAreListedALineEach() {
    assertThat(commandLine().execute("presets")).isZero();
    assertThat(out.toString()).contains("quickstart", "small-cpu");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void onePresetIsShownWhole() {
    assertThat(commandLine().execute("presets", "--show", "quickstart")).isZero();
    assertThat(out.toString()).startsWith("{").contains("\"learningRate\" : 0.003", "\"markov\"");
  }

  @Test
  void anUnknownPresetIsOneSentenceWithTheNearestName() {
    assertThat(commandLine().execute("presets", "--show", "quikstart")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .isEqualToNormalizingNewlines(
            "primeline: preset: \"quikstart\" is unknown; did you mean \"quickstart\"?\n");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void anUnknownOptionOrCommandIsOneSentenceWithTheNearestName() {
    assertThat(commandLine().execute("presets", "--shwo")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .startsWith("primeline: ")
        .contains("did you mean \"--show\"?")
        .hasLineCount(1);
    assertThat(commandLine().execute("docter")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("did you mean").contains("doctor").hasLineCount(2);
  }

  @Test
  void withoutACommandTheHelpIsShown() {
    assertThat(commandLine().execute()).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("presets", "doctor", "Exit codes");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aStackTraceComesOnlyWithDebug() {
    commandLine().execute("presets", "--show", "none");
    assertThat(err.toString()).hasLineCount(1);
    commandLine().execute("presets", "--show", "none", "--debug");
    assertThat(err.toString()).contains("at dev.primeline.");
  }

  @Test
  void theDoctorLooksWithoutChangingAnything(@TempDir Path folder) {
    Path output = folder.resolve("not/yet/there");
    int exit = commandLine().execute("doctor", "--output", output.toString());
    assertThat(out.toString()).contains("java", "openmp", "engine", "temporal", output.toString());
    assertThat(exit).as(out.toString()).isZero();
    assertThat(folder).isEmptyDirectory();
  }
}
