package dev.primeline.workers.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.workers.cli.ChildProcesses;
import dev.primeline.workers.cli.ChildProcesses.Child;
import dev.primeline.workers.cli.StoredRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** What is done undisturbed once, and disturbed again and again: how it must end. */
final class Work {

  static final int STEPS = 400;
  static final int CHECKPOINT_EVERY = 10;

  private final String families;
  private final Map<String, String> digests;
  private final Map<String, List<List<Object>>> log;
  private final List<Map<String, JsonNode>> scores;

  private Work(String families, StoredRun run) throws IOException {
    this.families = families;
    this.digests = run.digests(STEPS);
    this.log = run.log();
    this.scores = run.scores();
  }

  /** Does it, without a debugger and in one process. */
  static Work undisturbed(ChildProcesses processes, Path folder, String families) throws Exception {
    StoredRun run = new StoredRun(folder.resolve("undisturbed"));
    Child child = processes.start(Map.of(), arguments(families, run.folder(), CHECKPOINT_EVERY));
    assertThat(child.exit()).as(child.words()).isZero();
    Work work = new Work(families, run);
    int trainings = families.split(",", -1).length;
    assertThat(work.digests).hasSize(trainings * 4); // weights, average, moments, state
    List<Long> everyStep = LongStream.rangeClosed(1, STEPS).boxed().toList();
    assertThat(work.log.values())
        .hasSize(trainings)
        .allSatisfy(lines -> assertThat(steps(lines)).isEqualTo(everyStep));
    return work;
  }

  private static List<Object> steps(List<List<Object>> lines) {
    return lines.stream().map(line -> line.get(0)).toList();
  }

  /** The log of every training, each step once. */
  Map<String, List<List<Object>>> log() {
    return log;
  }

  /** The command that does it. */
  List<String> arguments(Path output, String... more) {
    return arguments(output, CHECKPOINT_EVERY, more);
  }

  /** The command that does it and saves more rarely, which changes no byte. */
  List<String> arguments(Path output, int checkpointEvery, String... more) {
    List<String> arguments = arguments(families, output, checkpointEvery);
    arguments.addAll(List.of(more));
    return arguments;
  }

  private static List<String> arguments(String families, Path output, int checkpointEvery) {
    return new ArrayList<>(
        List.of(
            "run",
            "--preset=smoke",
            "--families=" + families,
            "--steps=" + STEPS,
            "--set=training.checkpointEvery=" + checkpointEvery,
            "--set=training.emaDecay=0.99",
            "--output=" + output));
  }

  /** Writes down what the kills came to, and asserts that they came to nothing. */
  void requireSame(Chain chain, StoredRun store, StoredRun output) throws IOException {
    Ledger.add(chain.kills(same(store, output)));
    requireSame(store, output);
  }

  /** Asserts that weights, moments, averages, state, log and scores are the undisturbed ones. */
  void requireSame(StoredRun store, StoredRun output) throws IOException {
    assertThat(store.log()).isEqualTo(log);
    requireSameButTheLog(store, output);
  }

  void requireSameButTheLog(StoredRun store, StoredRun output) throws IOException {
    assertThat(store.digests(STEPS)).isEqualTo(digests);
    assertThat(output.scores()).isEqualTo(scores);
  }

  private boolean same(StoredRun store, StoredRun output) throws IOException {
    return store.digests(STEPS).equals(digests)
        && store.log().equals(log)
        && output.scores().equals(scores);
  }
}
