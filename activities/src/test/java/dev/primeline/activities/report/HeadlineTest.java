package dev.primeline.activities.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.workflows.experiment.CodeOrder;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class HeadlineTest {

  private static Study quickstart() {
    return Study.quickstart("quickstart-1");
  }

  @Test
  void headlineNamesTheBestFamilyAndItsDistances() throws IOException {
    String text = WrittenPage.of(quickstart()).select("main > p").text();

    assertThat(text)
        .contains(
            "arm scored best: 1.1021 nats per token (exact; standard error 0.0042), perplexity 3.01.")
        .contains("0.0109 nats above the source's true entropy of 1.0912 (1.010 times it)")
        .contains("0.6310 nats below the unigram's 1.7331")
        .contains("The next, mdm, is 0.1087 nats behind; the unpaired standard error")
        .contains("it is more than chance on this text")
        .contains("a larger bound alone does not show a worse likelihood");
  }

  @Test
  void headlineDoesNotRankWhatItsErrorsCannotTellApart() throws IOException {
    Study close =
        Study.synthetic("close")
            .with(Study.masked("mdm", 1, 16, CodeOrder.INDEX), 1.210, 0.006)
            .with(Study.masked("prime", 2, 4, CodeOrder.INDEX), 1.215, 0.006);

    assertThat(WrittenPage.of(close).select("main > p").text())
        .contains("mdm scored best: at most 1.2100 nats per token (an upper bound; standard")
        .contains("these errors do not tell the two apart")
        .doesNotContain("more than chance");
  }

  @Test
  void firedAlarmStandsOnTopInWords() throws IOException {
    Study study =
        Study.synthetic("alarmed")
            .withAlarm(Study.masked("prime-v2", 4, 2, CodeOrder.SHUFFLED), 0.71, 0.006);
    WrittenPage page = WrittenPage.of(study);

    assertThat(page.select("main > :first-child").text())
        .contains("must not be believed")
        .contains("the kraft alarm fired for prime-v2: the probabilities of prime-v2 sum to 1.412");
    assertThat(page.select("main > p").get(0).text()).contains("No family is called best");
    assertThat(page.title()).startsWith("ALARM");
    assertThat(page.select(".verdict.fired").text()).contains("fired");
    assertThat(WrittenPage.of(quickstart()).select("section.alarm")).isEmpty();
  }
}
