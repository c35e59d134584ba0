package dev.primeline.activities.scaling;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Parameters;
import dev.primeline.workflows.scaling.FailedPoint;
import dev.primeline.workflows.scaling.PointOutcome;
import dev.primeline.workflows.scaling.StudyCost;
import dev.primeline.workflows.scaling.StudyPoint;
import dev.primeline.workflows.scaling.StudyReader;
import dev.primeline.workflows.scaling.StudyReport;
import dev.primeline.workflows.scaling.StudyReportRequest;
import dev.primeline.workflows.scaling.StudySpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyFilesTest {

  @TempDir Path folder;

  /** study-tiny as trainings would fill it that follow a law, ARM's twice as fast as MDM's. */
  private static StudyReportRequest request(List<FailedPoint> failed, boolean whole) {
    StudySpec study = StudyReader.read(null);
    Random random = new Random(1);
    List<PointOutcome> outcomes = new ArrayList<>();
    for (StudyPoint point : StudyCost.points(study)) {
      ExperimentSpec experiment = point.experiment(study);
      long parameters = Parameters.count(experiment.model(), experiment.families().get(0), 64);
      long tokens = experiment.training().steps() * 1024;
      double spent = point.family().equals("mdm") ? Math.sqrt(0.5) : 1;
      double nats =
          new ScalingLaw(1.5, 30, 900, 0.45, 0.5).at(spent * parameters, spent * tokens)
              + 0.002 * random.nextGaussian();
      String hash = "%016x".formatted(random.nextLong());
      outcomes.add(
          new PointOutcome(
              point,
              parameters,
              tokens,
              nats,
              0.01,
              false,
              hash,
              "trainings/%s/main/step-%09d/manifest.json"
                  .formatted(hash, experiment.training().steps()),
              "evaluations/" + hash + ".json"));
    }
    CorpusResult corpus =
        new CorpusResult(
            new ArtifactRef("corpora/x/manifest.json", "00", 1),
            "x",
            64,
            6_400_000,
            16_384,
            200_000,
            512,
            0,
            4.1,
            1.5,
            false);
    return new StudyReportRequest("study-tiny-<1>", study, corpus, outcomes, failed, whole);
  }

  private Path file(ArtifactRef ref) {
    return folder.resolve(ref.key());
  }

  @Test
  void thePageLinksEveryNumberToItsTraining() throws IOException {
    StudyReportRequest request = request(List.of(), true);
    try (ArtifactStore store = new LocalArtifactStore(folder)) {
      StudyReport report = new StudyFiles(store).write(request);
      Document page = Jsoup.parse(Files.readString(file(report.page())));
      assertThat(page.title()).isEqualTo("Study study-tiny-<1>");
      assertThat(page.select("td a").eachAttr("href"))
          .containsExactlyElementsOf(
              request.points().stream().map(point -> "../../../" + point.checkpoint()).toList());
      assertThat(page.select("script, link, img")).isEmpty();
      assertThat(page.select("figure svg")).hasSizeGreaterThanOrEqualTo(2);
      assertThat(page.select("main").text())
          .contains("upper bounds")
          .contains("nothing is said beyond them");
    }
  }

  @Test
  void equalNumbersAreWrittenOnce() throws IOException {
    try (ArtifactStore store = new LocalArtifactStore(folder)) {
      StudyReport first = new StudyFiles(store).write(request(List.of(), true));
      assertThat(new StudyFiles(store).write(request(List.of(), true))).isEqualTo(first);
      StudyReport cut = new StudyFiles(store).write(request(List.of(), false));
      assertThat(cut.page().key()).isNotEqualTo(first.page().key());
      assertThat(cut.conclusions().get(0)).contains("ended before all of its points were begun");
    }
  }

  @Test
  void whichTrainingEndsFirstChangesNothing() throws IOException {
    StudyReportRequest request = request(List.of(), true);
    List<PointOutcome> otherwise = new ArrayList<>(request.points());
    Collections.reverse(otherwise);
    try (ArtifactStore store = new LocalArtifactStore(folder)) {
      StudyFiles files = new StudyFiles(store);
      assertThat(
              files.write(
                  new StudyReportRequest(
                      request.studyId(),
                      request.spec(),
                      request.corpus(),
                      otherwise,
                      List.of(),
                      true)))
          .isEqualTo(files.write(request));
    }
  }

  @Test
  void whatFitReadsGivesTheSameFits() throws IOException {
    try (ArtifactStore store = new LocalArtifactStore(folder)) {
      StudyReport report = new StudyFiles(store).write(request(List.of(), true));
      ScalingAnalysis again = ScalingAnalysis.of(IsoFlopFile.read(file(report.points())));
      JsonNode result = new ObjectMapper().readTree(file(report.result()).toFile());
      for (int i = 0; i < 2; i++) {
        JsonNode law = result.at("/families/%d/law/law".formatted(i));
        assertThat(requireNonNull(again.families().get(i).law()).law().alpha())
            .isCloseTo(law.get("alpha").asDouble(), within(1e-9));
      }
    }
  }

  @Test
  void aFailedPointIsListedWithItsReason() throws IOException {
    FailedPoint failed =
        new FailedPoint(new StudyPoint("mdm", 2e10, "w96", 1, 0.004), "loss NaN at step 3");
    try (ArtifactStore store = new LocalArtifactStore(folder)) {
      StudyReport report = new StudyFiles(store).write(request(List.of(failed), true));
      assertThat(Files.readString(file(report.page())))
          .contains("mdm w96 2e10 seed 1", "loss NaN at step 3");
      assertThat(report.conclusions().get(0)).contains("1 failed");
    }
  }
}
