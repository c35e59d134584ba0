package dev.primeline.activities.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.workflows.artifact.Hashes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;

final class PageTest {

  private static Study quickstart() {
    return Study.quickstart("quickstart-1");
  }

  @Test
  void pageReachesForNothingOutsideItself() throws IOException {
    WrittenPage page = WrittenPage.of(quickstart());

    assertThat(page.select("script, link, iframe, img, object, embed, base, form")).isEmpty();
    assertThat(page.select("[src], [href], [style], [onload], [onclick]")).isEmpty();
    assertThat(page.select("style").html()).doesNotContain("url(").doesNotContain("@import");
  }

  @Test
  void policyAllowsTheOneStyleSheetAndNothingElse() throws IOException {
    WrittenPage page = WrittenPage.of(quickstart());

    byte[] style = page.select("style").get(0).data().getBytes(StandardCharsets.UTF_8);
    String hash = Base64.getEncoder().encodeToString(Hashes.sha256().digest(style));
    assertThat(page.select("style")).hasSize(1);
    assertThat(page.select("head > meta[http-equiv=Content-Security-Policy]").attr("content"))
        .isEqualTo(
            "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'"
                .formatted(hash));
  }

  @Test
  void everyFamilyIsInEveryTableAndPlot() throws IOException {
    WrittenPage page = WrittenPage.of(quickstart());

    for (String caption :
        List.of(
            "Scores on the held-out text, one row per family",
            "In what the families differ",
            "Where each family's parts came from",
            "Held-out NELBO while training, nats per token")) {
      assertThat(page.rowHeads(caption)).contains("arm", "mdm", "prime", "prime-v2");
    }
    for (String plot : List.of("scores", "learning")) {
      assertThat(page.plot(plot).select("text").eachText())
          .contains("arm", "mdm", "prime", "prime-v2");
    }
    assertThat(page.plot("ratio").select("text").eachText())
        .contains("mdm", "prime", "prime-v2")
        .doesNotContain("arm");
    assertThat(page.select("h3").eachText()).contains("prime", "prime-v2").doesNotContain("mdm");
  }

  @Test
  void scoresCarryTheirSignIntervalAndBothErrors() throws IOException {
    WrittenPage page = WrittenPage.of(quickstart());

    Element table = page.scores();
    List<String> arm = table.select("tbody tr").get(0).select("td").eachText();
    List<String> mdm = table.select("tbody tr").get(1).select("td").eachText();
    assertThat(arm.get(2)).isEqualTo("= 1.1021");
    assertThat(mdm.get(2)).isEqualTo("≤ 1.2108");
    assertThat(mdm.subList(3, 6)).containsExactly("0.0061", "0.0024", "0.0056");
    Element plot = page.plot("scores");
    assertThat(plot.select("line.interval")).hasSize(4 * 3);
    assertThat(plot.text())
        .contains("≤ 1.2108 ± 0.0120", "source entropy 1.0912", "unigram 1.7331");
  }

  @Test
  void publishedEstimatorIsTheLastColumnAndSaysWhatItIsNot() throws IOException {
    Element table = WrittenPage.of(quickstart()).scores();

    assertThat(table.select("thead th:last-child").text())
        .isEqualTo("published estimator (not a bound)");
    assertThat(table.select("tbody td:last-child").eachText()).startsWith("–", "1.2108");
  }

  @Test
  void plotsSpeakToScreenReaders() throws IOException {
    WrittenPage page = WrittenPage.of(quickstart());

    assertThat(page.select("html").attr("lang")).isEqualTo("en");
    for (Element svg : page.select("svg[role=img]")) {
      for (String id : svg.attr("aria-labelledby").split(" ", -1)) {
        assertThat(page.select("[id=" + id + "]")).singleElement().matches(Element::hasText);
      }
    }
    for (Element table : page.select("table")) {
      assertThat(table.select("caption").text()).isNotBlank();
    }
  }
}
