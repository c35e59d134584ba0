package dev.primeline.workers.cli;

import static dev.primeline.workers.cli.RealCluster.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.workers.cli.ChildProcesses.Child;
import dev.primeline.workflows.steps.StepOptions;
import io.temporal.api.enums.v1.TimeoutType;
import io.temporal.api.failure.v1.Failure;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowStub;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole of it on real servers: a run is started, watched, paused and resumed in a browser, and
 * continues on another worker when its own is killed. {@code target/it} has what was seen.
 */
class TemporalUiIT {

  private static final String RUN = "from-the-form";
  private static final Path README =
      Path.of(System.getProperty("primeline.root", ".."), "README.md");
  private static final Pattern EXAMPLE = Pattern.compile("`(\\{\"preset\": .*\\}\\})`");
  private static final Pattern STEP = Pattern.compile("\\bmdm\\s+(\\d+) / \\d+\\b");

  @TempDir Path folder;

  @Test
  void aRunFromTheFormAloneOutlivesItsWorkerAndAPauseAndEndsWithTheBytesOfAnUndisturbedOne()
      throws Exception {
    String example = example();
    JsonNode corpus = RealCluster.json(example).get("corpus");
    JsonNode asked = RealCluster.json(example).get("training");
    int steps = asked.get("steps").intValue();
    int checkpointEvery = asked.get("checkpointEvery").intValue();
    try (RealCluster cluster = new RealCluster(folder);
        Browser browser = new Browser(Path.of("target/it"))) {
      String uri = corpus.get("uri").textValue();
      cluster.upload(uri.substring("s3://primeline/".length()), text());
      var unused = List.of(cluster.worker("orchestrator"), cluster.worker("cpu"));
      Child killed = cluster.worker("gpu");
      fillForm(browser, cluster, example);
      browser.picture("form");
      browser.click("//button[normalize-space(.)='Start Workflow']");
      WorkflowStub run = cluster.client().newUntypedWorkflowStub(RUN);
      patiently().ignoreExceptions().until(() -> run.describe() != null);
      String page =
          "%s/namespaces/default/workflows/%s/%s"
              .formatted(cluster.ui(), RUN, run.describe().getExecution().getRunId());

      Runnable look = () -> browser.open(page + "/user-metadata");
      long seen = step(browser.sees(look, text -> step(text) > 0));
      long later = step(browser.sees(look, text -> step(text) > seen));
      browser.picture("under-way");
      WorkflowStub training = RealCluster.training(cluster.client(), run);
      Instant lost = Instant.now();
      killed.kill();
      assertThat(cluster.store().manifests(steps)).isEmpty();
      Child other = cluster.worker("gpu");
      browser.sees(look, text -> step(text) > later + 2L * checkpointEvery);
      requireNoticed(cluster, training, lost);

      update(browser, page, "pause");
      browser.sees(look, text -> text.contains("pausing"));
      assertThat(cluster.store().manifests(steps)).isEmpty();
      browser.picture("paused");
      update(browser, page, "resume");
      browser.sees(look, text -> text.contains("going on"));
      browser.sees(look, text -> text.contains("Completed") && text.contains("report written"));
      browser.picture("finished");
      browser.open(page + "/history");
      browser.sees(() -> {}, text -> text.contains("nelboNatsPerToken"));
      browser.picture("result");
      assertThat(other.process().isAlive()).isTrue();

      Path pulled = folder.resolve("pulled");
      Child pull = cluster.command("pull", RUN, "--to=" + pulled);
      assertThat(pull.exit()).as(pull.words()).isZero();
      assertThat(pulled.resolve("report/index.html")).content().contains(RUN);
      assertThat(pulled.resolve("result.json")).content().contains("nelboNatsPerToken");

      StoredRun undisturbed =
          cluster.undisturbed(
              "undisturbed",
              "--preset=smoke",
              "--families=mdm",
              "--corpus=" + uri,
              "--set=corpus.tokenizer=" + corpus.get("tokenizer").textValue(),
              "--steps=" + steps,
              "--set=training.checkpointEvery=" + checkpointEvery);
      assertThat(cluster.store().digests(steps)).isEqualTo(undisturbed.digests(steps)).hasSize(3);
    }
  }

  /** What the README says to paste. */
  private static String example() throws Exception {
    Matcher example = EXAMPLE.matcher(Files.readString(README));
    assertThat(example.find()).isTrue();
    return example.group(1);
  }

  /** Some text whose words follow one another in more than one way, the same each time. */
  private Path text() throws IOException {
    Random chance = new Random(4);
    List<String> words = List.of("river", "runs", "to", "the", "sea", "and", "so", "do", "we");
    StringBuilder lines = new StringBuilder();
    for (int word = 0; word < 40_000; word++) {
      lines.append(words.get((chance.nextInt(4) + word) % words.size()));
      lines.append(chance.nextInt(12) == 0 ? ".\n\n" : " ");
    }
    return Files.writeString(folder.resolve("book.txt"), lines);
  }

  /** The server took the lost worker's segment for lost, and not later than it is to. */
  private static void requireNoticed(RealCluster cluster, WorkflowStub training, Instant lost)
      throws IOException {
    HistoryEvent timeout =
        cluster.client().fetchHistory(training.getExecution().getWorkflowId()).getEvents().stream()
            .filter(HistoryEvent::hasActivityTaskTimedOutEventAttributes)
            .filter(event -> event.getEventTime().getSeconds() >= lost.getEpochSecond())
            .findFirst()
            .orElseThrow();
    Failure failure = timeout.getActivityTaskTimedOutEventAttributes().getFailure();
    assertThat(failure.getTimeoutFailureInfo().getTimeoutType())
        .isEqualTo(TimeoutType.TIMEOUT_TYPE_HEARTBEAT);
    Instant noticed = Instant.ofEpochSecond(timeout.getEventTime().getSeconds());
    // A few seconds for a server that has much to do.
    assertThat(Duration.between(lost, noticed))
        .isLessThanOrEqualTo(StepOptions.HEARTBEAT_TIMEOUT.plusSeconds(5));
  }

  private static void fillForm(Browser browser, RealCluster cluster, String json) {
    StringWriter out = new StringWriter();
    assertThat(
            Primeline.commandLine(cluster.settings())
                .setOut(new PrintWriter(out, true))
                .execute("link", "--preset=smoke", "--run-id=" + RUN))
        .isZero();
    String form = out.toString().lines().findFirst().orElseThrow();
    browser.sees(() -> browser.open(form), text -> text.contains("Task Queue is Active"));
    browser.type(".cm-content", json);
    // Leaving the box formats it, and what is below moves.
    browser.click("//h1");
  }

  /** The step that the table shows; 0 for none. */
  private static long step(String text) {
    Matcher row = STEP.matcher(text);
    return row.find() ? Long.parseLong(row.group(1)) : 0;
  }

  private static void update(Browser browser, String page, String name) {
    String form = "//dialog[@id='update-confirmation-modal']";
    // Not the page of the history, which draws every event first.
    browser.open(page + "/user-metadata");
    browser.click("button[aria-controls='workflow-actions']");
    browser.click("[data-testid='update-button']");
    browser.click("[data-testid='update-select-button']");
    browser.click(form + "//li[@role='option'][starts-with(normalize-space(.), '" + name + "')]");
    browser.picture("update-" + name);
    browser.click(form + "//button[@data-testid='confirm-modal-button']");
  }
}
