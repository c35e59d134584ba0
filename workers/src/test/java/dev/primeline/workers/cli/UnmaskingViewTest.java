package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class UnmaskingViewTest {

  private final StringWriter written = new StringWriter();

  private UnmaskingView view(int columns) {
    return new UnmaskingView(new PrintWriter(written), columns);
  }

  @Test
  void eachTextStandsInThePlaceOfTheOneBefore() {
    UnmaskingView view = view(11);
    view.show("once ______ a time\nthere was");
    assertThat(Screen.after(written.toString()))
        .containsExactly("once _____", "_ a time", "there was");
    view.show("once upon");
    assertThat(Screen.after(written.toString())).containsExactly("once upon");
    view.clear();
    assertThat(Screen.after(written.toString())).isEmpty();
  }

  @Test
  void aLongTextIsCutShort() {
    view(40).show("line\n".repeat(30));
    assertThat(Screen.after(written.toString())).hasSize(17).endsWith("... and 15 lines");
  }

  @Test
  void aModelCannotCommandTheTerminal() {
    view(40).show("a\u001b[2Jb\u009bc\td");
    assertThat(Screen.after(written.toString())).containsExactly("a?[2Jb?c d");
  }

  @Test
  void elsewhereNothingIsShown() {
    UnmaskingView view = view(0);
    view.show("text");
    view.clear();
    assertThat(written.toString()).isEmpty();
  }
}
