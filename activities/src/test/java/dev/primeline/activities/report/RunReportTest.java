package dev.primeline.activities.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.report.ReportResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
            "runs/run-1/report/index.html", "runs/run-1/result.json", "runs/run-1/spec.json");
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
    assertThat(store.objects).hasSize(3);
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
    assertThat(store.objects).hasSize(6);
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
  void strangersFileUnderAKeyOfTheRunIsAnErrorNotOverwritten() {
    store.putIfAbsent("runs/run-1/spec.json", new byte[] {1});

    assertThatThrownBy(() -> write(Study.quickstart("run-1")))
        .isInstanceOf(IOException.class)
        .hasMessage("runs/run-1/spec.json exists with content that its page does not name");
    assertThat(store.objects).doesNotContainKey("runs/run-1/result.json");
  }
}
