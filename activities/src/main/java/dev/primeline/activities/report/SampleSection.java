package dev.primeline.activities.report;

import java.util.List;
import java.util.stream.Stream;

/** Texts that the models wrote. */
final class SampleSection {

  private SampleSection() {}

  static void write(Markup html, RunView run) {
    List<RunView.Entry> entries =
        run.entries().stream().filter(entry -> !entry.samples().isEmpty()).toList();
    if (entries.isEmpty()) {
      return;
    }
    html.element("h2", "Samples");
    for (RunView.Entry entry : entries) {
      html.element("h3", entry.name());
      entry.samples().forEach(sample -> html.element("pre", shown(sample), "class", "sample"));
    }
    html.element("p", how(entries), "class", "note");
  }

  /** A blank text would be no sample that anybody sees. */
  private static String shown(Sample sample) {
    return sample.text().isBlank() ? "(only blanks)" : sample.text();
  }

  private static String how(List<RunView.Entry> entries) {
    Sample any = entries.get(0).samples().get(0);
    return "Not chosen: the first texts of seed %d, without a prompt, temperature %s%s. ARM writes from left to right%s."
        .formatted(
            any.seed(),
            Numbers.setting(any.temperature()),
            any.topP() < 1 ? ", top-p " + Numbers.setting(any.topP()) : "",
            steps(entries));
  }

  private static String steps(List<RunView.Entry> entries) {
    return entries.stream()
        .flatMap(entry -> entry.samples().stream())
        .flatMap(sample -> Stream.ofNullable(sample.steps()))
        .findFirst()
        .map(steps -> "; the others reveal digits in random order in %d steps".formatted(steps))
        .orElse("");
  }
}
