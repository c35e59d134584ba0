package dev.primeline.activities.report;

import dev.primeline.workflows.artifact.Hashes;
import java.nio.charset.StandardCharsets;

/**
 * Where a run's files go.
 *
 * @param prefix ends in a slash
 */
public record RunFolder(String prefix) {

  /** Every run's folder is below it. */
  public static final String RUNS = "runs/";

  private static final int LONGEST = 100;

  /**
   * {@code runs/<runId>/}. A workflow id may hold anything, a key may not: other characters become
   * dashes, and a name that had to change carries a hash of the id so that two ids never meet.
   */
  public static RunFolder of(String runId) {
    String name = runId.replaceAll("[^A-Za-z0-9._-]", "-");
    if (name.length() > LONGEST) {
      name = name.substring(0, LONGEST);
    }
    if (name.isEmpty() || name.startsWith(".") || !name.equals(runId)) {
      String hash = Hashes.sha256(runId.getBytes(StandardCharsets.UTF_8)).substring(0, 12);
      name = "run-" + name + "-" + hash;
    }
    return new RunFolder(RUNS + name + "/");
  }

  /** A folder inside for other content under the same id. */
  RunFolder inside(byte[] content) {
    return new RunFolder(prefix + Hashes.sha256(content).substring(0, 12) + "/");
  }

  /** The run's numbers; where they are, the run is done. */
  public String result() {
    return prefix + "result.json";
  }

  /** What the run was meant to do. */
  public String spec() {
    return prefix + "spec.json";
  }

  /** The run's name and when it began. */
  public String run() {
    return prefix + "run.json";
  }

  /** Where the specifications of the run's trainings are. */
  public String trainings() {
    return prefix + "trainings/";
  }

  /** A file of numbers that the page plots. */
  String plotted(String name) {
    return prefix + "report/" + name;
  }

  String page() {
    return prefix + "report/index.html";
  }
}
