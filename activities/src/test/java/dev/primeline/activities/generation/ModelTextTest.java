package dev.primeline.activities.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.activities.tokens.TextTokenizer;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.Tokenizer;
import org.junit.jupiter.api.Test;

class ModelTextTest {

  @Test
  void textGoesThroughTokensUnchanged() {
    for (ModelText text :
        new ModelText[] {
          new ModelText(TextTokenizer.of(Tokenizer.BYTES), 256),
          new ModelText(TextTokenizer.of(Tokenizer.GPT2), 50256)
        }) {
      String odd = "Zwölf Boxkämpfer \uD83E\uDD4A,\n  don't!";
      assertThat(text.decode(text.encode(odd))).isEqualTo(odd);
    }
    ModelText symbols = new ModelText(null, 7);
    assertThat(symbols.encode(" 3  0 6 ")).containsExactly(3, 0, 6);
    assertThat(symbols.decode(new int[] {3, 0, 7, 6})).isEqualTo("3 0 | 6");
  }

  @Test
  void aSeparatorIsABlankLineAndHalfACharacterIsAQuestion() {
    ModelText text = new ModelText(TextTokenizer.of(Tokenizer.BYTES), 256);
    assertThat(text.decode(new int[] {'a', 256, 'b', 0xC3})).isEqualTo("a\n\nb\uFFFD");
  }

  @Test
  void maskedTokensAreSigns() {
    ModelText text = new ModelText(TextTokenizer.of(Tokenizer.BYTES), 256);
    Canvas canvas = Canvas.of(256, new int[] {'a'}, 3, new int[] {'z'}, 9);
    canvas.reveal(2, 'm', 1);
    canvas.reveal(3, 'n', (1 << 9) - 1);
    assertThat(text.show(canvas)).isEqualTo("a\u2591\u2592nz");
  }

  @Test
  void aWordThatIsNoSymbolIsRefused() {
    ModelText symbols = new ModelText(null, 7);
    for (String word : new String[] {"7", "x", "-1", "99999999999"}) {
      assertThatThrownBy(() -> symbols.encode("3 " + word))
          .isInstanceOf(BadInput.class)
          .hasMessageContaining("\"" + word + "\" is no symbol, expected numbers from 0 to 6");
    }
  }
}
