package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.workflows.training.TrainingProgress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ListAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ProgressDisplayTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private long now;

  private static TrainingProgress at(String family, long step, @Nullable Double heldout) {
    return new TrainingProgress(
        family,
        step,
        1200,
        2.5 - step / 1000.0,
        heldout,
        12_345,
        0.417,
        1_240_000_000L,
        (1200 - step) / 10.0,
        -1);
  }

  private void after(long millis) {
    now += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private ListAssert<String> assertLines() {
    return assertThat(bytes.toString(StandardCharsets.UTF_8).lines().toList());
  }

  @Test
  void plainLinesComeAtABoundedRate() {
    PlainLines lines = new PlainLines(out, () -> now);
    for (int step = 1; step <= 250; step++) {
      lines.show(at("mdm", step, null));
      after(100);
    }
    assertLines()
        .hasSize(3)
        .first()
        .isEqualTo(
            "mdm        step    1/1200  loss 2.4990  held-out -         12.3k tok/s  ETA 2m00s   MFU 42 %  1.24 GB");
  }

  @Test
  void aHeldOutScoreAndTheLastStepAreNotHeldBack() {
    PlainLines lines = new PlainLines(out, () -> now);
    lines.show(at("mdm", 1, null));
    after(1000);
    lines.show(at("mdm", 100, 2.25));
    lines.show(at("mdm", 101, 2.25));
    lines.show(at("mdm", 1200, 2.0));
    lines.show(at("mdm", 1200, 2.0));
    lines.close();
    assertLines()
        .hasSize(3)
        .anyMatch(line -> line.contains("100/1200") && line.contains("held-out 2.2500"))
        .last()
        .asString()
        .contains("1200/1200", "held-out 2.0000", "ETA done");
  }

  @Test
  void closingPrintsWhatWasHeldBack() {
    PlainLines lines = new PlainLines(out, () -> now);
    lines.show(at("arm", 1, null));
    lines.show(at("arm", 9, null));
    lines.close();
    assertLines().hasSize(2).last().asString().contains("9/1200");
  }

  @Test
  void nothingIsShownAfterClosing() {
    for (ProgressDisplay display :
        List.of(new PlainLines(out, () -> now), new LiveBars(out, 100, false, () -> now))) {
      display.close();
      bytes.reset();
      display.show(at("arm", 1, null));
      display.note("training");
      display.close();
      assertThat(bytes.toString(StandardCharsets.UTF_8)).doesNotContain("arm", "training");
    }
  }

  @Test
  void eachFamilyHasItsOwnPause() {
    PlainLines lines = new PlainLines(out, () -> now);
    lines.note("training");
    lines.show(at("arm", 1, null));
    lines.show(at("mdm", 1, null));
    lines.show(at("arm", 2, null));
    assertLines().hasSize(3).first().isEqualTo("training");
  }

  @Test
  void barsAreRedrawnInPlaceAndNotesScrollAboveThem() {
    LiveBars bars = new LiveBars(out, 100, false, () -> now);
    bars.show(at("arm", 300, null));
    bars.show(at("prime-v2", 0, null));
    after(1000);
    bars.show(at("arm", 600, 2.125));
    bars.note("evaluating arm");
    bars.close();
    assertThat(Screen.after(bytes.toString(StandardCharsets.UTF_8)))
        .isEqualTo(
            List.of(
                "evaluating arm",
                "arm      [===========>          ]  600/1200  loss 1.9000  held-out 2.1250    12.3k tok/s  ETA 1m00s",
                "prime-v2 [>                     ]    0/1200  loss -       held-out -         12.3k tok/s  ETA 2m00s"));
  }

  @Test
  void noBarLineIsWiderThanTheTerminalWhereItCanFit() {
    for (int columns = 82; columns <= 200; columns++) {
      bytes.reset();
      LiveBars bars = new LiveBars(out, columns, false, () -> now);
      bars.show(at("prime-v2", 600, 2.125));
      for (String line : Screen.after(bytes.toString(StandardCharsets.UTF_8))) {
        assertThat(line.length()).as(line).isLessThanOrEqualTo(columns);
      }
    }
  }

  @Test
  void barsAreDrawnAtABoundedRateAndTheLastStateOnClose() {
    LiveBars bars = new LiveBars(out, 100, false, () -> now);
    for (int step = 1; step <= 500; step++) {
      bars.show(at("mdm", step, null));
      after(1);
    }
    int drawings = bytes.toString(StandardCharsets.UTF_8).split("\\[\\?7l").length - 1;
    assertThat(drawings).isBetween(4, 6);
    bars.close();
    assertThat(Screen.after(bytes.toString(StandardCharsets.UTF_8)).get(0)).contains("500/1200");
  }

  @Test
  void withoutColourNoColourCodeIsWritten() {
    new LiveBars(out, 100, false, () -> now).show(at("mdm", 5, null));
    assertThat(bytes.toString(StandardCharsets.UTF_8)).doesNotContainPattern("\u001b\\[[0-9]*m");
    new LiveBars(out, 100, true, () -> now).show(at("mdm", 5, null));
    assertThat(bytes.toString(StandardCharsets.UTF_8)).containsPattern("\u001b\\[[0-9]*m");
  }

  @Test
  void onlyATerminalThatRedrawsGetsBars() {
    assertThat(ProgressDisplay.on(out, Map.of("TERM", "xterm"))).isInstanceOf(PlainLines.class);
    assertThat(ProgressDisplay.on(out, Map.of("TERM", "dumb", Terminal.COLUMNS, "80")))
        .isInstanceOf(PlainLines.class);
    assertThat(ProgressDisplay.on(out, Map.of("TERM", "xterm", Terminal.COLUMNS, "80")))
        .isInstanceOf(LiveBars.class);
    assertThat(Terminal.colours(Map.of("NO_COLOR", "1"))).isFalse();
    assertThat(Terminal.colours(Map.of("NO_COLOR", ""))).isTrue();
  }

  @Test
  void quantitiesAndDurationsStayShort() {
    assertThat(List.of(7.0, 999.4, 12_345.0, 999_940.0, 1_240_000.0))
        .extracting(ProgressText::quantity)
        .containsExactly("7", "999", "12.3k", "999.9k", "1.24M");
    assertThat(List.of(-1.0, 59.4, 65.0, 7_620.0, 273_600.0))
        .extracting(ProgressText::duration)
        .containsExactly("0s", "59s", "1m05s", "2h07m", "3d04h");
  }
}
