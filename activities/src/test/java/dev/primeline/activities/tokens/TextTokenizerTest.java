package dev.primeline.activities.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TextTokenizerTest {
  private static final String[] MIXED = {
    "a",
    "word",
    "Ünï",
    "語",
    "'",
    "'s",
    "'ll",
    "7",
    "42",
    " ",
    "  ",
    "\n",
    "\n\n",
    "\t",
    "\u00A0",
    "\u2003",
    "\r\n",
    ".",
    "...",
    "-",
    "\u0301",
    "\uD83D\uDE00",
    "\uD835\uDC00",
    "<|endoftext|>",
    "٣",
    "Ⅷ",
    "\u0000"
  };

  @Test
  void gpt2GivesThePublishedTokens() throws IOException {
    assertThat(tokens(new Gpt2Tokenizer(), "Hello world")).containsExactly(15496, 995);
    assertThat(tokens(new Gpt2Tokenizer(), "hello  world\n")).containsExactly(31373, 220, 995, 198);
  }

  @Test
  void separatorsInTheTextAreOrdinaryText() throws IOException {
    assertThat(tokens(new Gpt2Tokenizer(), "<|endoftext|>"))
        .doesNotContain(50256)
        .containsExactly(27, 91, 437, 1659, 5239, 91, 29);
  }

  @Test
  void piecesGiveTheTokensOfTheWhole() throws IOException {
    var random = new Random(11);
    for (int trial = 0; trial < 2000; trial++) {
      String text = mixed(random, 60);
      assertThat(tokens(new Gpt2Tokenizer(), text)).as(text).isEqualTo(reference(text));
    }
  }

  @Test
  void anyCharactersGiveTheTokensOfTheWhole() throws IOException {
    var random = new Random(12);
    for (int trial = 0; trial < 2000; trial++) {
      String text =
          random
              .ints(1 + random.nextInt(60), 0, 1 << 20)
              // ASCII, the lower planes, and now and then any other.
              .map(c -> c % 4 < 2 ? c % 128 : c % 4 == 2 ? c % 0x3100 : c % 0x20000)
              .filter(c -> c < 0xD800 || c > 0xDFFF)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      assertThat(tokens(new Gpt2Tokenizer(), text)).as(text).isEqualTo(reference(text));
    }
  }

  /** So that nobody has to look whether a piece is a token as a whole. */
  @Test
  void everyTokenIsWhatItsBytesMergeInto() {
    int[] tokens = new int[256];
    for (int token = 0; token < 50256; token++) {
      byte[] bytes = Gpt2Merges.bytes(token);
      assertThat(Gpt2Merges.merge(bytes, bytes.length, tokens, new int[256])).isEqualTo(1);
      assertThat(tokens[0]).isEqualTo(token);
    }
  }

  @Test
  void piecesOfAnyLengthGiveTheTokensOfTheWhole() throws IOException {
    var random = new Random(13);
    for (int trial = 0; trial < 500; trial++) {
      int letters = 1 + random.nextInt(5);
      String text =
          random
              .ints(1 + random.nextInt(300), 0, letters)
              .mapToObj(c -> "eñ語'\uD835\uDC00a".substring(c, c == 4 ? 6 : c + 1))
              .reduce(" ", String::concat);
      assertThat(tokens(new Gpt2Tokenizer(), text)).as(text).isEqualTo(reference(text));
    }
  }

  /** What jtokkit makes of a text that is neither parted nor remembered. */
  static List<Integer> reference(String text) {
    return Gpt2Tokenizer.Vocabulary.R50K.encodeOrdinary(text).boxed();
  }

  @ParameterizedTest
  @EnumSource(
      value = Tokenizer.class,
      names = {"BYTES", "GPT2"})
  void tokensDecodeToTheText(Tokenizer name) throws IOException {
    TextTokenizer tokenizer = TextTokenizer.of(name);
    String text = mixed(new Random(5), 20_000);
    var bytes = new ByteArrayOutputStream();
    for (int token : tokens(tokenizer, text)) {
      bytes.writeBytes(tokenizer.bytes(token));
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo(text);
  }

  @Test
  void longRunsOfLettersAreNoTrouble() throws IOException {
    List<Integer> tokens = tokens(new Gpt2Tokenizer(), "a".repeat(60_000));
    assertThat(tokens.size()).isBetween(3_000, 20_000);
  }

  @Test
  void separatorStandsForNoBytes() {
    var bytes = TokenBytes.of(TextTokenizer.of(Tokenizer.BYTES), 257);
    assertThat(bytes.byteLength(0)).isEqualTo(1);
    assertThat(bytes.byteLength(255)).isEqualTo(1);
    assertThat(bytes.byteLength(256)).isZero();
    var gpt2 = TokenBytes.of(TextTokenizer.of(Tokenizer.GPT2), 50257);
    assertThat(gpt2.byteLength(15496)).isEqualTo(5);
    assertThat(gpt2.byteLength(995)).isEqualTo(6);
    assertThat(gpt2.byteLength(50256)).isZero();
    assertThat(TokenBytes.none(9).byteLength(3)).isZero();
  }

  @Test
  void symbolsAreNoTextTokenizer() {
    assertThatThrownBy(() -> TextTokenizer.of(Tokenizer.SYMBOLS))
        .isInstanceOf(BadInput.class)
        .hasMessageStartingWith("corpus.tokenizer: symbols with a text corpus; expected");
  }

  private static String mixed(Random random, int parts) {
    var text = new StringBuilder();
    for (int i = 0; i < parts; i++) {
      text.append(MIXED[random.nextInt(MIXED.length)]);
    }
    return text.toString();
  }

  static List<Integer> tokens(TextTokenizer tokenizer, String text) throws IOException {
    List<Integer> tokens = new ArrayList<>();
    tokenizer.encode(text, tokens::add);
    return tokens;
  }
}
