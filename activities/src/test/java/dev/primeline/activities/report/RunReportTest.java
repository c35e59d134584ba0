package dev.primeline.activities.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.checkpoints.Checkpoints;
import dev.primeline.activities.model.HostTensor;
import dev.primeline.activities.model.ModelState;
import dev.primeline.activities.training.NumericsChange;
import dev.primeline.activities.training.SavedCheckpoint;
import dev.primeline.activities.training.SkippedBatch;
import dev.primeline.activities.training.TrainingPast;
import dev.primeline.activities.training.TrainingState;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.report.FamilyOutcome;
import dev.primeline.workflows.report.ReportRequest;
import dev.primeline.workflows.report.ReportResult;
import dev.primeline.workflows.training.SegmentResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunReportTest {

  private final MemoryStore store = new MemoryStore();

  private ReportResult write(Study study) throws IOException {
    return new RunReport(store, study::metrics).write(study.request());
  }

  @Test
  void threeFilesAreWrittenAndTheReferencesFitThem() throws IOException {
    Study study = Study.quickstart("run-1");
    ReportResult written = write(study);

    assertThat(store.objects)
        .containsOnlyKeys(
            "runs/run-1/report/index.html",
            "runs/run-1/report/plotted.json",
            "runs/run-1/report/scores.csv",
            "runs/run-1/report/levels.csv",
            "runs/run-1/report/learning.csv",
            "runs/run-1/report/digits.csv",
            "runs/run-1/report/mask-ratio.csv",
            "runs/run-1/result.json",
            "runs/run-1/spec.json");
    assertThat(written.result().key()).isEqualTo("runs/run-1/result.json");
    assertThat(written.page().key()).isEqualTo("runs/run-1/report/index.html");
    byte[] page = store.read(written.page().key());
    assertThat(written.page().sha256()).isEqualTo(Hashes.sha256(page));
    assertThat(written.page().bytes()).isEqualTo(page.length);
    ExperimentSpec spec =
        new com.fasterxml.jackson.databind.ObjectMapper()
            .readValue(store.read("runs/run-1/spec.json"), ExperimentSpec.class);
    assertThat(spec).isEqualTo(study.request().spec());
  }

  @Test
  void pageNamesTheHashesOfTheOtherFiles() throws IOException {
    ReportResult written = write(Study.quickstart("run-1"));

    assertThat(new String(store.read(written.page().key()), StandardCharsets.UTF_8))
        .contains(written.result().sha256())
        .contains(Hashes.sha256(store.read("runs/run-1/spec.json")));
  }

  @Test
  void writingTwiceIsWritingOnce() throws IOException {
    ReportResult first = write(Study.quickstart("run-1"));
    Map<String, byte[]> before = new HashMap<>(store.objects);

    assertThat(write(Study.quickstart("run-1"))).isEqualTo(first);
    assertThat(store.objects).isEqualTo(before);
  }

  @Test
  void attemptThatDiedHalfwayIsFinishedByTheNext() throws IOException {
    ReportResult first = write(Study.quickstart("run-1"));
    store.delete("runs/run-1/result.json");
    store.delete("runs/run-1/spec.json");

    assertThat(write(Study.quickstart("run-1"))).isEqualTo(first);
    assertThat(store.objects).hasSize(9);
  }

  @Test
  void otherResultsUnderTheSameIdGoToTheirOwnFolderAndReplaceNothing() throws IOException {
    ReportResult first = write(Study.quickstart("run-1"));
    byte[] kept = store.read(first.result().key());
    ReportResult second = write(Study.quickstart("run-1").foundAgain());

    assertThat(second.result().key()).matches("runs/run-1/[0-9a-f]{12}/result\\.json");
    assertThat(second.page().key()).matches("runs/run-1/[0-9a-f]{12}/report/index\\.html");
    assertThat(store.read(first.result().key())).isEqualTo(kept);
    assertThat(RunResult.parse(store.read(second.result().key())).report())
        .endsWith(second.page().key());
    assertThat(write(Study.quickstart("run-1").foundAgain())).isEqualTo(second);
    assertThat(store.objects).hasSize(18);
  }

  @Test
  void idsThatNoKeyMayHoldGetFoldersOfTheirOwn() throws IOException {
    for (String id :
        new String[] {"../../etc", "a/b", "a-b", "a b", "", "..", "é", "x".repeat(900)}) {
      write(Study.quickstart(id));
    }

    assertThat(store.list("runs/").stream().filter(key -> key.endsWith("spec.json")))
        .hasSize(8)
        .allMatch(key -> key.matches("runs/[A-Za-z0-9][A-Za-z0-9._-]{0,130}/spec\\.json"));
  }

  @Test
  void specificationThatAnotherVersionWroteIsLeftAndTheRunGoesBesideIt() throws IOException {
    store.putIfAbsent("runs/run-1/spec.json", new byte[] {1});

    ReportResult written = write(Study.quickstart("run-1"));

    assertThat(written.result().key()).matches("runs/run-1/[0-9a-f]{12}/result\\.json");
    assertThat(store.read("runs/run-1/spec.json")).containsExactly(1);
    assertThat(write(Study.quickstart("run-1"))).isEqualTo(written);
  }

  @Test
  void strangersFileUnderAKeyOfTheRunIsAnErrorNotOverwritten() {
    store.putIfAbsent("runs/run-1/result.json", new byte[] {1});

    assertThatThrownBy(() -> write(Study.quickstart("run-1")))
        .isInstanceOf(IOException.class)
        .hasMessage("runs/run-1/result.json exists with content that its page does not name");
    assertThat(store.objects.get("runs/run-1/result.json")).containsExactly(1);
  }

  private static final TrainingPast PAST =
      new TrainingPast(
          List.of(),
          List.of(new SkippedBatch(70, 71, Double.NaN, 3)),
          List.of(new NumericsChange(400, "threads", "8", "2")));

  @Test
  void logsComeFromTheCheckpointsThatTheRequestNames(@TempDir Path folder) throws IOException {
    Study study = Study.synthetic("run-1").with(Study.arm("arm"), 1.1, 0.004);
    ReportRequest request = study.request();
    FamilyOutcome arm = request.families().get(0);
    try (ArtifactStore local = new LocalArtifactStore(folder)) {
      HostTensor tensor = new HostTensor("lm_head.weight", new int[] {1}, new float[] {1});
      ModelState model =
          new ModelState(List.of(tensor), List.of(tensor), List.of(tensor), List.of(), 1200);
      SavedCheckpoint saved =
          new Checkpoints(local, arm.training())
              .save(new TrainingState(1200, model, Map.of(), PAST), study.metrics(arm));
      SegmentResult trained =
          new SegmentResult(1200, saved.manifest(), saved.weights(), 1, 2_457_600, true, 0);
      ReportRequest stored =
          new ReportRequest(
              request.runId(),
              request.spec(),
              request.corpus(),
              List.of(
                  new FamilyOutcome(arm.training(), arm.subTokens(), trained, arm.evaluated())));

      ReportResult written = new RunReport(local).write(stored);

      Document page =
          Jsoup.parse(new String(local.read(written.page().key()), StandardCharsets.UTF_8));
      assertThat(page.select("svg:has(#learning-title)").outerHtml())
          .isEqualTo(WrittenPage.of(study).plot("learning").outerHtml())
          .contains("polyline");
      assertThat(page.select("code").eachText()).contains(saved.manifest().sha256());
      assertThat(page.text())
          .contains("threads 2 instead of 8: the same data and masks, not the same last bits");
      assertThat(new String(local.read(written.result().key()), StandardCharsets.UTF_8))
          .containsIgnoringWhitespaces(
              """
              "skippedBatches": [{"step": 70, "batch": 71, "loss": null, "gradientNorm": 3.0}],
              "numericsChanges": [{"step": 400, "what": "threads", "was": "8", "now": "2"}]
              """);
    }
  }
}
