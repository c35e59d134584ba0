package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.workers.cli.ChildProcesses.Child;
import io.temporal.client.WorkflowStub;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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
    JsonNode training = RealCluster.json(example).get("training");
    int steps = training.get("steps").intValue();
    int checkpointEvery = training.get("checkpointEvery").intValue();
    try (RealCluster cluster = new RealCluster(folder);
        Browser browser = new Browser(Path.of("target/it"))) {
      var unused = cluster.worker("orchestrator,cpu");
      Child killed = cluster.worker("gpu");
      fillForm(browser, cluster, example);
      browser.picture("form");
      browser.click("//button[normalize-space(.)='Start Workflow']");
      WorkflowStub run = cluster.client().newUntypedWorkflowStub(RUN);
      await().ignoreExceptions().until(() -> run.describe() != null);
      String page =
          "%s/namespaces/default/workflows/%s/%s"
              .formatted(cluster.ui(), RUN, run.describe().getExecution().getRunId());

      Runnable look = () -> browser.open(page + "/user-metadata");
      long seen = step(browser.sees(look, text -> step(text) > 0));
      long later = step(browser.sees(look, text -> step(text) > seen));
      browser.picture("under-way");
      killed.kill();
      assertThat(cluster.store().manifests(steps)).isEmpty();
      Child other = cluster.worker("gpu");
      browser.sees(look, text -> step(text) > later + 2L * checkpointEvery);

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
    browser.open(page + "/history");
    browser.click("button[aria-controls='workflow-actions']");
    browser.click("[data-testid='update-button']");
    browser.click("[data-testid='update-select-button']");
    browser.click(form + "//li[@role='option'][starts-with(normalize-space(.), '" + name + "')]");
    browser.picture("update-" + name);
    browser.click(form + "//button[@data-testid='confirm-modal-button']");
  }
}
