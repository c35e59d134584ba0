package dev.primeline.activities.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.workflows.report.FamilyOutcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

final class SamplesTest {
  private final MemoryStore store = new MemoryStore();
  private final Study study = Study.quickstart("run-1");

  private Document page() throws IOException {
    String key = new RunReport(store, study::metrics).write(study.request()).page().key();
    return Jsoup.parse(new String(store.read(key), StandardCharsets.UTF_8));
  }

  private void keep(int family, String... lines) {
    FamilyOutcome outcome = study.request().families().get(family);
    store.putIfAbsent(
        Sample.key(outcome.trained().checkpoint()),
        String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void textsOfAModelAreShownAndNoneBecomesAnElement() throws IOException {
    String line = "{\"text\":\"%s\",\"seed\":1,\"temperature\":1.0,\"topP\":1.0,\"tokens\":[1]%s}";
    keep(0, line.formatted("<script>alert(1)</script>", ""), line.formatted(" \\n ", ""));
    keep(2, line.formatted("a\\n\\u0007b &amp; \\\"c\\\"", ",\"steps\":64,\"order\":\"random\""));
    Document page = page();

    assertThat(page.select("script")).isEmpty();
    List<String> texts = page.select("pre.sample").stream().map(pre -> pre.wholeText()).toList();
    assertThat(texts)
        .containsExactly("<script>alert(1)</script>", "(only blanks)", "a\n\uFFFDb &amp; \"c\"");
    assertThat(page.text())
        .contains("Not chosen: the first texts of seed 1, without a prompt, temperature 1.")
        .contains("reveal digits in random order in 64 steps");
  }

  @Test
  void withoutTextsThereIsNoSection() throws IOException {
    assertThat(page().select("h2").eachText()).doesNotContain("Samples");
  }
}
