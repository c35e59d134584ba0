package dev.primeline.activities.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.model.Denoiser;
import dev.primeline.workflows.experiment.Attention;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.Objective;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MultipleChoiceTest {
  private static final int SEPARATOR = 256;
  private static final Family ARM = family(Attention.CAUSAL, 1, 257);
  private static final Family MDM = family(Attention.FULL, 1, 257);
  private static final Family PRIME = family(Attention.FULL, 9, 2);

  private final List<Batch> asked = new ArrayList<>();

  private static Family family(Attention attention, int ell, int base) {
    return new Family("any", attention, ell, base, CodeOrder.INDEX, Head.TOKEN, Objective.BOUND);
  }

  /** Prices rows by a rule. */
  private Denoiser priced(ToDoubleBiFunction<Batch, Integer> rule) {
    return batch -> {
      asked.add(batch);
      double[] nats =
          IntStream.range(0, batch.sequences())
              .mapToDouble(row -> rule.applyAsDouble(batch, row))
              .toArray();
      return new Denoiser.Costs(nats, nats);
    };
  }

  private static MultipleChoice choice(Denoiser model, Family family, int window, int draws) {
    return new MultipleChoice(model, family, MultipleChoiceTest::bytes, SEPARATOR, window, draws);
  }

  private static int[] bytes(String text) {
    return text.chars().toArray();
  }

  private static Question question(String context, int gold, String... choices) {
    return new Question("file:7", context, List.of(choices), gold);
  }

  private static int masked(Batch batch, int row) {
    return IntStream.range(0, batch.length())
        .map(i -> Integer.bitCount(batch.masks()[row * batch.length() + i]))
        .sum();
  }

  /** The masked tokens of the letter x are dear, those of other letters cheap. */
  private static double letters(Batch batch, int row) {
    double nats = 0;
    for (int i = 0; i < batch.length(); i++) {
      int token = batch.tokens()[row * (batch.length() + 1) + i + 1];
      double each = token == 'x' ? 3 : 1;
      nats += each * Integer.bitCount(batch.masks()[row * batch.length() + i]);
    }
    return nats;
  }

  @Test
  void onlyTheChoiceIsMaskedAndScored() {
    for (Family family : List.of(ARM, MDM, PRIME)) {
      asked.clear();
      choice(priced(MultipleChoiceTest::letters), family, 40, 8)
          .answer(0, question("know this:", 0, "yes", "xxx!"));
      assertThat(asked).hasSize(2);
      for (Batch batch : asked) {
        assertThat(batch.sequences()).isEqualTo(family.autoregressive() ? 1 : 8);
        for (int row = 0; row < batch.sequences(); row++) {
          int from = row * batch.length();
          assertThat(Arrays.copyOfRange(batch.masks(), from, from + 10)).containsOnly(0);
          assertThat(masked(batch, row)).isBetween(1, (batch.length() - 10) * family.ell());
          assertThat(batch.tokens()[row * (batch.length() + 1)]).isEqualTo(SEPARATOR);
        }
      }
    }
  }

  /** With as many draws as digits every m comes once: the mean over m is exact. */
  @Test
  void theEstimateIsTheExactCountBound() {
    Denoiser model = priced((batch, row) -> Math.pow(masked(batch, row), 2));
    for (Family family : List.of(MDM, PRIME)) {
      int n = 5 * family.ell();
      double nats =
          choice(model, family, 40, n).answer(3, question("a", 0, "bcde")).choices().get(0).nats();
      // (1/n) * sum over m of (n/m) m^2
      assertThat(nats).isCloseTo(n * (n + 1) / 2.0, within(1e-3));
    }
  }

  @Test
  void whatIsExactIsAskedOnce() {
    MultipleChoice arm = choice(priced(MultipleChoiceTest::letters), ARM, 40, 8);
    assertThat(arm.bound()).isEqualTo("=");
    PricedChoice priced = arm.answer(0, question("a", 0, "xb")).choices().get(0);
    assertThat(priced).isEqualTo(new PricedChoice(1 + 3 + 1, 3, 2, 2));
    Question letter = question("a", 0, "");
    MultipleChoice mdm = choice(priced(MultipleChoiceTest::letters), MDM, 40, 8);
    assertThat(mdm.bound()).isEqualTo("<=");
    assertThat(mdm.answer(0, letter).choices().get(0).nats()).isEqualTo(1);
    assertThat(asked.get(1).sequences()).isOne();
  }

  @Test
  void choicesOfOneLengthMeetTheSameMasksAndQuestionsOthers() {
    MultipleChoice choice = choice(priced(MultipleChoiceTest::letters), PRIME, 40, 8);
    choice.answer(4, question("why", 0, "abc", "xyz"));
    choice.answer(5, question("why", 0, "abc"));
    assertThat(asked.get(0).masks()).isEqualTo(asked.get(1).masks());
    assertThat(asked.get(2).masks()).isNotEqualTo(asked.get(0).masks());
  }

  @Test
  void theCheapestChoiceIsTheAnswerByEachMeasure() {
    MultipleChoice choice = choice(priced(MultipleChoiceTest::letters), ARM, 40, 1);
    // " x" costs 4, " eeeeee" costs 7: per character 4 and 7/6.
    Answer plain = choice.answer(0, question("a", 0, "x", "eeeeee"));
    assertThat(plain.right()).isTrue();
    assertThat(plain.rightPerCharacter()).isFalse();
    // Two code points of three bytes each.
    Answer wide = choice.answer(0, question("a", 0, "\u20ac\u20ac", "eee"));
    assertThat(wide.choices()).extracting(PricedChoice::characters).containsExactly(2, 3);
    assertThat(wide.choices()).extracting(PricedChoice::bytes).containsExactly(6, 3);
    assertThat(wide.rightPerCharacter()).isFalse();
    assertThat(wide.rightPerByte()).isTrue();
  }

  @Test
  void aLongContextLosesItsBeginningAndIsCounted() {
    Answer answer =
        choice(priced(MultipleChoiceTest::letters), ARM, 10, 1)
            .answer(0, question("abcdefgh", 0, "xyz"));
    assertThat(answer.truncated()).isEqualTo(2);
    assertThat(asked.get(0).tokens())
        .containsExactly(SEPARATOR, 'c', 'd', 'e', 'f', 'g', 'h', ' ', 'x', 'y', 'z');
  }

  @Test
  void aChoiceLongerThanTheWindowIsRefusedWithItsPlace() {
    assertThatThrownBy(
            () ->
                choice(priced(MultipleChoiceTest::letters), ARM, 10, 1)
                    .answer(0, question("ab", 0, "y", "0123456789")))
        .isInstanceOf(BadInput.class)
        .hasMessage(
            "file:7: choice 2 has 11 tokens, expected between 1 and the 10 of the model's window");
  }

  @Test
  void costsThatAreNoNumbersAreRefused() {
    assertThatThrownBy(
            () ->
                choice(priced((batch, row) -> Double.NaN), ARM, 10, 1)
                    .answer(0, question("ab", 0, "y")))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("NaN nats");
  }

  @Test
  void scoresHaveErrorsAndBaselines() {
    List<Answer> answers = new ArrayList<>();
    for (int q = 0; q < 10; q++) {
      List<PricedChoice> choices =
          List.of(new PricedChoice(q < 7 ? 1 : 3, 1, 1, 1), new PricedChoice(2, 1, 1, 1));
      answers.add(new Answer(q, "f", q == 9 ? 1 : 0, q == 3 ? 5 : 0, choices));
    }
    TaskScores scores = TaskScores.of(Task.PIQA, answers, "<=");
    // 0..6 are right, 7 and 8 are wrong, 9 is right by its gold.
    assertThat(scores.acc()).isEqualTo(new TaskScores.Share(0.8, Math.sqrt(0.8 * (1 - 0.8) / 9)));
    assertThat(scores.majority()).isEqualTo(0.9);
    assertThat(scores.random()).isCloseTo(0.5, within(1e-12));
    assertThat(scores.perplexity()).isCloseTo(Math.exp((7 + 6 + 2) / 10.0), within(1e-9));
    assertThat(scores.truncated()).isOne();
    List<Answer> word = List.of(new Answer(0, "f", 0, 0, List.of(new PricedChoice(2, 1, 1, 1))));
    assertThat(TaskScores.of(Task.LAMBADA, word, "=").acc()).isNull();
  }
}
