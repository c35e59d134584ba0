package dev.primeline.activities.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.activities.subtokens.SubTokenizer;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.Head;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** With an exact posterior, what the sampler writes must have the source's distribution. */
class MaskedSamplerTest {
  private static final int SAMPLES = 4000;
  private static final int[] NOTHING = {};

  static Stream<ToyText> sources() {
    SubTokenizer whole = SubTokenizer.build(3, 3, 1, CodeOrder.INDEX, 1);
    SubTokenizer image = SubTokenizer.build(3, 2, 2, CodeOrder.SHUFFLED, 1);
    SubTokenizer scattered = SubTokenizer.build(3, 3, 2, CodeOrder.ALL_CODES, 4);
    return Stream.of(
        ToyText.of(whole, Head.TOKEN),
        ToyText.of(image, Head.TOKEN),
        ToyText.of(scattered, Head.TOKEN),
        ToyText.of(image, Head.SUB_TOKEN),
        ToyText.of(scattered, Head.SUB_TOKEN));
  }

  private static double[] shares(ToyText source, int[] prefix, int[] suffix, int steps) {
    SamplingSettings settings = new SamplingSettings(steps, 1, 1, RevealOrder.RANDOM, 7);
    MaskedSampler sampler =
        new MaskedSampler(source::logits, source.sampler(new Draw(1, 1)), settings);
    double[] shares = new double[source.probabilities().length];
    int gap = ToyText.LENGTH - prefix.length - suffix.length;
    for (int sample = 0; sample < SAMPLES; sample++) {
      Canvas canvas = Canvas.of(0, prefix, gap, suffix, source.codes().ell());
      sampler.fill(canvas, sample, each -> {});
      shares[source.number(canvas.tokens())] += 1.0 / SAMPLES;
    }
    return shares;
  }

  /** Five standard errors, and what a step with two digits of one text may lose. */
  private static void expectShares(double[] shares, IntToDoubleFunction expected, double slack) {
    for (int x = 0; x < shares.length; x++) {
      double p = expected.applyAsDouble(x);
      double error = Math.sqrt(p * (1 - p) / SAMPLES);
      assertThat(Math.abs(shares[x] - p)).as("text %d", x).isLessThanOrEqualTo(5 * error + slack);
    }
  }

  @ParameterizedTest
  @MethodSource("sources")
  void manyStepsSampleTheSource(ToyText source) {
    expectShares(shares(source, NOTHING, NOTHING, 400), x -> source.probabilities()[x], 0.005);
  }

  @ParameterizedTest
  @MethodSource("sources")
  void aGapIsFilledAsTheTextAroundItAsks(ToyText source) {
    double[] given = new double[source.probabilities().length];
    for (int x = 0; x < given.length; x++) {
      boolean agrees = source.token(x, 0) == 2 && source.token(x, 2) == 1;
      given[x] = agrees ? source.probabilities()[x] : 0;
    }
    double all = Arrays.stream(given).sum();
    expectShares(shares(source, new int[] {2}, new int[] {1}, 400), x -> given[x] / all, 0.005);
  }

  @Test
  void oneStepDrawsTokensIndependently() {
    ToyText source = ToyText.of(SubTokenizer.build(3, 2, 2, CodeOrder.SHUFFLED, 1), Head.TOKEN);
    double[][] alone = new double[ToyText.LENGTH][3];
    for (int x = 0; x < source.probabilities().length; x++) {
      for (int i = 0; i < ToyText.LENGTH; i++) {
        alone[i][source.token(x, i)] += source.probabilities()[x];
      }
    }
    double[] product =
        IntStream.range(0, source.probabilities().length)
            .mapToDouble(
                x ->
                    alone[0][source.token(x, 0)]
                        * alone[1][source.token(x, 1)]
                        * alone[2][source.token(x, 2)])
            .toArray();
    expectShares(shares(source, NOTHING, NOTHING, 1), x -> product[x], 0);
    double apart =
        IntStream.range(0, product.length)
            .mapToDouble(x -> Math.abs(product[x] - source.probabilities()[x]))
            .max()
            .orElse(0);
    assertThat(apart).as("the two laws differ, so the tests can tell").isGreaterThan(0.05);
  }

  @ParameterizedTest
  @MethodSource("sources")
  void confidenceOrderUnmasksEvenlyAndGreedilyIsTheSameForEverySeed(ToyText source) {
    List<int[]> texts = new ArrayList<>();
    for (int seed = 1; seed <= 2; seed++) {
      SamplingSettings settings = new SamplingSettings(3, 0, 1, RevealOrder.CONFIDENCE, seed);
      MaskedSampler sampler =
          new MaskedSampler(source::logits, source.sampler(new Draw(0, 1)), settings);
      Canvas canvas = Canvas.of(0, NOTHING, 3, NOTHING, source.codes().ell());
      List<Integer> masked = new ArrayList<>();
      sampler.fill(canvas, 0, each -> masked.add(each.masked()));
      int ell = source.codes().ell();
      assertThat(masked).containsExactly(2 * ell, ell, 0);
      texts.add(canvas.tokens());
    }
    assertThat(texts.get(0)).isEqualTo(texts.get(1));
  }

  @Test
  void theSurestDigitIsRevealedFirst() {
    ToyText source = ToyText.of(SubTokenizer.build(3, 3, 1, CodeOrder.INDEX, 1), Head.TOKEN);
    double[] best = new double[3];
    source.logits(
        Canvas.of(0, NOTHING, 3, NOTHING, 1).batch(),
        new int[] {0, 1, 2},
        (i, logits) -> {
          for (float z : logits) {
            best[i] = Math.max(best[i], Math.exp(z));
          }
        });
    int surest = IntStream.range(0, 3).reduce((a, b) -> best[b] > best[a] ? b : a).orElse(-1);
    SamplingSettings settings = new SamplingSettings(3, 0, 1, RevealOrder.CONFIDENCE, 1);
    List<Integer> first = new ArrayList<>();
    new MaskedSampler(source::logits, source.sampler(new Draw(0, 1)), settings)
        .fill(
            Canvas.of(0, NOTHING, 3, NOTHING, 1),
            0,
            canvas -> {
              if (canvas.masked() == 2) {
                first.add(IntStream.range(0, 3).filter(i -> canvas.mask(i) == 0).sum());
              }
            });
    assertThat(first).containsExactly(surest);
  }

  @Test
  void partlyMaskedTokensAgreeWithWhatIsRevealedAtEveryMoment() {
    SubTokenizer codes = SubTokenizer.build(3, 3, 2, CodeOrder.ALL_CODES, 4);
    ToyText source = ToyText.of(codes, Head.SUB_TOKEN);
    SamplingSettings settings = new SamplingSettings(5, 1, 0.9, RevealOrder.RANDOM, 3);
    int[][] seen = new int[ToyText.LENGTH][2];
    Arrays.stream(seen).forEach(row -> Arrays.fill(row, -1));
    new MaskedSampler(source::logits, source.sampler(new Draw(1, 0.9)), settings)
        .fill(
            Canvas.of(0, NOTHING, 3, NOTHING, 2),
            0,
            canvas -> {
              for (int i = 0; i < ToyText.LENGTH; i++) {
                for (int j = 0; j < 2; j++) {
                  if ((canvas.mask(i) >>> j & 1) == 0) {
                    int digit = codes.digit(canvas.token(i), j);
                    assertThat(seen[i][j]).isIn(-1, digit);
                    seen[i][j] = digit;
                  }
                }
              }
            });
    for (int[] row : seen) {
      assertThat(row).doesNotContain(-1);
    }
  }
}
