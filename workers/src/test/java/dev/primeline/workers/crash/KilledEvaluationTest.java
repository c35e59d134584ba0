package dev.primeline.workers.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.workers.cli.ChildProcesses;
import dev.primeline.workers.cli.ChildProcesses.Child;
import dev.primeline.workers.cli.StoredRun;
import dev.primeline.workers.crash.Watched.Trap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Evaluations that signal 9 ends in the middle go on where they were, to the same numbers. */
@Tag("crash")
class KilledEvaluationTest {

  @TempDir static Path folder;

  private static ChildProcesses processes;

  @BeforeAll
  static void begin() throws Exception {
    processes = new ChildProcesses(folder);
  }

  @AfterAll
  static void leaveNoProcessBehind() throws Exception {
    processes.close();
  }

  /** A minute of scoring, which is remembered every 15 s, after a moment of training. */
  private static List<String> scoring(Path output) {
    return List.of(
        "run",
        "--preset=smoke",
        "--families=prime-v2",
        "--steps=10",
        "--set=evaluation.draws=2500",
        "--output=" + output);
  }

  /** Three minutes, so in the long form alone. */
  @Test
  @EnabledIfSystemProperty(named = "primeline.crash", matches = "long")
  void aScoreIsTakenUpWhereItWas() throws Exception {
    StoredRun undisturbed = new StoredRun(folder.resolve("undisturbed"));
    Child whole = processes.start(Map.of(), scoring(undisturbed.folder()));
    assertThat(whole.exit()).as(whole.words()).isZero();

    StoredRun run = new StoredRun(folder.resolve("killed"));
    Watched killed =
        Watched.start(
            processes,
            folder,
            Map.of(),
            scoring(run.folder()),
            Trap.kill("activities.evaluation.PassLog.write#2"));
    assertThat(killed.end()).as(killed.child().words()).isEqualTo(137);
    assertThat(killed.trapped()).isTrue();
    assertThat(parts(run)).singleElement().asString().endsWith("passes-00000.json");

    Child next = processes.start(Map.of(), scoring(run.folder()));
    assertThat(next.exit()).as(next.words()).isZero();
    assertThat(Files.readString(run.folder().resolve("primeline.log")))
        .containsPattern("[1-9]\\d* passes are remembered, going on after them");
    assertThat(run.scores()).isEqualTo(undisturbed.scores());
    assertThat(parts(run)).isEmpty();
    Ledger.add("in an evaluation, by signal 9", "taken up where it was, numbers equal");
  }

  private static List<Path> parts(StoredRun run) throws IOException {
    try (Stream<Path> files = Files.walk(run.folder().resolve("evaluations"))) {
      return files.filter(file -> file.getFileName().toString().startsWith("passes-")).toList();
    }
  }

  @Test
  void aTaskIsTakenUpWhereItWas() throws Exception {
    Path store = folder.resolve("store");
    Path corpus = Files.writeString(folder.resolve("cats.txt"), "the cat sat.\n\n".repeat(500));
    Child trained =
        processes.start(
            Map.of(),
            List.of(
                "run",
                "--preset=smoke",
                "--corpus=" + corpus,
                "--heldout=" + corpus,
                "--families=mdm",
                "--steps=4",
                "--set=evaluation.maxTokens=64",
                "--run-id=cats",
                "--output=" + store));
    assertThat(trained.exit()).as(trained.words()).isZero();
    Path questions = questions();
    Path undisturbed = folder.resolve("answers");
    Child whole = processes.start(Map.of(), asking(store, questions, undisturbed));
    assertThat(whole.exit()).as(whole.words()).isZero();

    Path answers = folder.resolve("answers-killed");
    Child killed = processes.start(Map.of(), asking(store, questions, answers));
    killed.until(() -> answered(answers) >= 20);
    killed.kill();
    int before = answered(answers);
    assertThat(before).isLessThan(QUESTIONS);
    Child next = processes.start(Map.of(), asking(store, questions, answers));
    assertThat(next.exit()).as(next.words()).isZero();
    assertThat(answers.resolve("piqa.jsonl"))
        .hasSameBinaryContentAs(undisturbed.resolve("piqa.jsonl"));
    assertThat(next.words()).isEqualTo(whole.words());
    Ledger.add(
        "in a task, by signal 9, after %d of %d answers".formatted(before, QUESTIONS),
        "taken up where it was, bytes equal");
  }

  private static final int QUESTIONS = 400;

  private static Path questions() throws IOException {
    StringBuilder lines = new StringBuilder();
    StringBuilder labels = new StringBuilder();
    for (int i = 0; i < QUESTIONS; i++) {
      lines.append(
          "{\"goal\": \"where %d?\", \"sol1\": \"the mat %d\", \"sol2\": \"the cat\"}%n"
              .formatted(i, i));
      labels.append(i % 2).append('\n');
    }
    Files.writeString(folder.resolve("q-labels.lst"), labels);
    return Files.writeString(folder.resolve("q.jsonl"), lines);
  }

  private static List<String> asking(Path store, Path questions, Path answers) {
    return List.of(
        "tasks",
        "--checkpoint=cats/mdm",
        "--task=piqa=" + questions,
        "--out=" + answers,
        "--output=" + store);
  }

  private static int answered(Path answers) throws IOException {
    Path log = answers.resolve("piqa.jsonl");
    return Files.exists(log) ? Files.readAllLines(log).size() - 1 : 0;
  }
}
