package dev.primeline.workers.cli;

import dev.primeline.activities.model.Engine;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what this machine is, how fast its engine multiplies, and what to change. */
@Command(
    name = "doctor",
    description = {
      "Looks at Java, the engine and its speed, threads, disk, the Temporal server (whether it"
          + " answers, accepts this client and has the namespace) and Airflow, and says what"
          + " to change.",
      "Exits with 1 when something is in the way of any run."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  primeline doctor --output /data/primeline")
final class DoctorCommand implements Callable<Integer> {

  @Option(
      names = "--output",
      paramLabel = "DIR",
      converter = LocalFolder.class,
      description = "The folder that runs shall be kept in. Default: ${DEFAULT-VALUE}.")
  private Path output = Path.of("primeline-output");

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec command;

  private final Map<String, String> environment;

  DoctorCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    List<Finding> findings = examine();
    PrintWriter out = command.commandLine().getOut();
    out.println("primeline " + Primeline.Version.text());
    TextTable table = new TextTable("subject", "verdict", "found");
    findings.forEach(f -> table.row(f.subject(), f.verdict().words(), f.found()));
    table.lines().forEach(out::println);
    findings.stream()
        .filter(finding -> !finding.advice().isEmpty())
        .forEach(finding -> out.println(finding.subject() + ": " + finding.advice() + "."));
    out.flush();
    return findings.stream().anyMatch(f -> f.verdict() == Finding.Verdict.PROBLEM)
        ? ExitCode.FAILURE
        : ExitCode.OK;
  }

  private List<Finding> examine() {
    // Before the engine's own work adds to it.
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    Checkup checkup = new Checkup(environment);
    List<Finding> findings = new ArrayList<>();
    findings.add(checkup.java());
    findings.add(checkup.machine());
    findings.add(checkup.openMp(load));
    findings.add(checkup.engineCache());
    findings.add(checkup.engine(Engine::report));
    findings.add(checkup.output(output));
    findings.add(checkup.settings());
    findings.add(checkup.temporal());
    findings.add(checkup.airflow());
    return findings;
  }
}
