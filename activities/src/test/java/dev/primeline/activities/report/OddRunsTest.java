package dev.primeline.activities.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.Family;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OddRunsTest {

  private static final String HOSTILE = "\"><script>alert('x')</script>&<img src=x onerror=y>";

  @Test
  void hostileNamesStayText() throws IOException {
    Study study =
        Study.text("run " + HOSTILE, "s3://bucket/" + HOSTILE)
            .with(Study.arm(HOSTILE), 1.9, 0.01)
            .withAlarm(Study.masked("prime " + HOSTILE, 4, 5, CodeOrder.SHUFFLED), 2.1, 0.01);
    WrittenPage page = WrittenPage.of(study);

    assertThat(page.select("script, img")).isEmpty();
    assertThat(page.select("*").eachAttr("onerror")).isEmpty();
    assertThat(page.html()).doesNotContain("<script").doesNotContain("<img");
    assertThat(page.title()).contains(HOSTILE);
    assertThat(page.select("h1").text()).contains(HOSTILE);
    assertThat(page.select("code").eachText()).contains("s3://bucket/" + HOSTILE);
    assertThat(page.select("th[scope=row]").eachText()).contains(HOSTILE);
  }

  @Test
  void oneFamilyWithOnePointOfEverythingIsAPage() throws IOException {
    WrittenPage page =
        WrittenPage.of(Study.synthetic("single").logged(1, 1).with(Study.arm("arm"), 1.1, 0.004));

    assertThat(page.plot("learning").select("polyline")).hasSize(1);
    assertThat(page.select("main > p").text())
        .startsWith("arm scored: 1.1000")
        .doesNotContain("The next");
    assertThat(page.select("#ratio-title")).isEmpty();
    page.holdsOnlyNumbers();
  }

  @Test
  void runWithoutLogsOrHeldoutPointsIsAPage() throws IOException {
    WrittenPage silent = WrittenPage.of(Study.quickstart("silent").logged(0, 0));
    WrittenPage unscored = WrittenPage.of(Study.quickstart("unscored").logged(300, 0));

    assertThat(silent.text()).contains("No training log was kept.");
    assertThat(unscored.plot("learning").select("polyline.faint")).hasSize(4);
    silent.holdsOnlyNumbers();
    unscored.holdsOnlyNumbers();
  }

  @Test
  void undefinedErrorsAreDashesNotNumbers() throws IOException {
    WrittenPage page =
        WrittenPage.of(
            Study.synthetic("undefined")
                .with(Study.arm("arm"), 1.1, Double.NaN)
                .with(Study.masked("lost", 1, 16, CodeOrder.INDEX), Double.NaN, Double.NaN));

    assertThat(page.plot("scores").select("line.interval")).isEmpty();
    assertThat(page.scores().select("tbody tr").get(1).text()).doesNotContain("≤");
    page.holdsOnlyNumbers();
  }

  @Test
  void twelveFamiliesLookDifferentFromEachOther() throws IOException {
    Study study = Study.synthetic("twelve").with(Study.arm("arm"), 1.1, 0.004);
    for (int i = 1; i < 12; i++) {
      Family family =
          Study.masked(
              "prime-with-a-rather-long-name-number-" + i,
              1 + i % 4,
              16,
              i % 2 == 0 ? CodeOrder.INDEX : CodeOrder.SHUFFLED);
      study.with(family, 1.2 + 0.013 * i, 0.006);
    }
    WrittenPage page = WrittenPage.of(study);

    List<String> looks =
        page.scores().select("svg.key").stream()
            .map(
                svg ->
                    svg.child(0).attr("class")
                        + svg.child(0).tagName()
                        + svg.child(0).attr("points"))
            .toList();
    assertThat(looks).hasSize(12).doesNotHaveDuplicates();
    page.holdsOnlyNumbers();
  }

  @Test
  void realTextShowsBitsPerByteAndNoEntropy() throws IOException {
    String uri = "s3://bucket/" + "a-very-long-folder-name/".repeat(12) + "part-*.jsonl";
    WrittenPage page =
        WrittenPage.of(
            Study.text("text", uri)
                .with(Study.arm("arm"), 1.62, 0.012)
                .with(Study.masked("prime-v2", 16, 2, CodeOrder.SHUFFLED), 2.11, 0.014)
                .foundAgain());

    assertThat(page.plot("scores").select("text").text())
        .doesNotContain("entropy")
        .contains("unigram 3.3402");
    assertThat(page.select("main > p").text()).contains("That is 1.7202 nats below the unigram's");
    assertThat(page.text()).contains("20 blocks of neighbouring windows", uri);
    assertThat(page.rowHeads("Where each family's parts came from")).hasSize(2);
    assertThat(page.text()).contains("The corpus was found and verified").contains("reused");
  }
}
