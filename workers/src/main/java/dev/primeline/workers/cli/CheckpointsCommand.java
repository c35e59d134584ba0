package dev.primeline.workers.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.checkpoints.CommittedCheckpoint;
import dev.primeline.activities.checkpoints.TrainingBranch;
import dev.primeline.activities.runs.StoredRuns;
import dev.primeline.activities.training.StepMetrics;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code primeline checkpoints}: what a run's trainings have committed, and whether it is whole.
 */
@Command(
    name = "checkpoints",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the committed checkpoints of a run's trainings, every branch of them.",
      "",
      "Trainings are shared: a checkpoint that another run committed for the same training is listed"
          + " too. nats/token is the score of the fixed held-out subset where one was taken at that"
          + " step."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  primeline checkpoints smoke-1a2b3c4d",
      "  primeline checkpoints smoke-1a2b3c4d --verify"
    })
final class CheckpointsCommand implements Callable<Integer> {

  @Mixin private StoreOptions place = new StoreOptions();

  @Parameters(paramLabel = "RUN", description = "The run's name (primeline runs lists them).")
  private String run = "";

  @Option(
      names = "--verify",
      description =
          "Read every file and compare it with its SHA-256; exit code 1 when one is damaged.")
  private boolean verify;

  @Option(names = "--json", description = "Print a JSON list for programs.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  private final Map<String, String> environment;

  CheckpointsCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * One checkpoint.
   *
   * @param family that it belongs to
   * @param branch of the family's training
   * @param step optimiser steps done
   * @param bytes of weights, moments and state; 0 when its manifest cannot be read
   * @param heldoutNatsPerToken score of the fixed held-out subset; null where none was taken
   * @param manifest its key
   * @param damage a sentence per file that is not what it should be; only the manifest itself is
   *     looked at without {@code --verify}
   */
  record Row(
      String family,
      String branch,
      long step,
      long bytes,
      @Nullable Double heldoutNatsPerToken,
      String manifest,
      List<String> damage) {}

  @Override
  public Integer call() throws IOException {
    List<Row> rows = new ArrayList<>();
    try (ArtifactStore store = place.open(environment)) {
      for (TrainingSpec training : new StoredRuns(store).require(run).trainings()) {
        for (String branch : TrainingBranch.names(store, training.hash())) {
          rows.addAll(rows(store, training, branch));
        }
      }
    }
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(rows));
    } else {
      print(rows, out);
    }
    out.flush();
    return rows.stream().allMatch(row -> row.damage().isEmpty()) ? ExitCode.OK : ExitCode.FAILURE;
  }

  private List<Row> rows(ArtifactStore store, TrainingSpec training, String name)
      throws IOException {
    TrainingBranch branch = new TrainingBranch(store, training.hash(), name);
    Map<Long, Double> scores = new HashMap<>();
    for (StepMetrics line : branch.metrics()) {
      if (line.heldoutNats() != null) {
        scores.put(line.step(), line.heldoutNats());
      }
    }
    List<Row> rows = new ArrayList<>();
    for (TrainingBranch.Commit commit : branch.commits()) {
      long bytes = 0;
      List<String> damage;
      try {
        CommittedCheckpoint checkpoint = CommittedCheckpoint.open(store, commit.manifest());
        bytes = checkpoint.bytes();
        damage = verify ? checkpoint.damage() : List.of();
      } catch (DamagedArtifactException | NoSuchFileException e) {
        damage = List.of(ErrorSentence.of(e));
      }
      rows.add(
          new Row(
              training.family().name(),
              name,
              commit.step(),
              bytes,
              scores.get(commit.step()),
              commit.manifest(),
              damage));
    }
    return rows;
  }

  private void print(List<Row> rows, PrintWriter out) {
    TextTable table =
        new TextTable("family", "branch", "step", "bytes", "nats/token", "files", "manifest");
    for (Row row : rows) {
      Double nats = row.heldoutNatsPerToken();
      table.row(
          row.family(),
          row.branch(),
          Long.toString(row.step()),
          Long.toString(row.bytes()),
          nats == null ? "-" : String.format(Locale.ROOT, "%.4f", nats),
          row.damage().isEmpty() ? verify ? "verified" : "not read" : "damaged",
          row.manifest());
    }
    table.lines().forEach(out::println);
    rows.forEach(row -> row.damage().forEach(sentence -> out.println("damaged: " + sentence)));
  }
}
