package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class TextTableTest {

  @Test
  void numbersStandRightAndWordsLeft() {
    TextTable table =
        new TextTable("family", "NELBO", "tokens")
            .row("arm", "= 1.9312", "12.3k")
            .row("prime-v2", "<= 12.2045", "-");
    assertThat(table.lines())
        .containsExactly(
            "family         NELBO  tokens",
            "----------------------------",
            "arm         = 1.9312   12.3k",
            "prime-v2  <= 12.2045       -");
  }

  @Test
  void aRowOfAnotherLengthIsRefused() {
    TextTable table = new TextTable("a", "b");
    assertThatThrownBy(() -> table.row("1")).hasMessage("1 cells under 2 headings");
  }
}
