package dev.primeline.activities.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.batches.HeldoutWindows;
import dev.primeline.activities.checkpoints.TrainedModel;
import dev.primeline.activities.model.Denoiser;
import dev.primeline.activities.tokens.PreparedCorpus;
import dev.primeline.workflows.experiment.Attention;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.CorpusSpec;
import dev.primeline.workflows.experiment.DocumentSplit;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.ModelShape;
import dev.primeline.workflows.experiment.Tokenizer;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Forward passes for a mask error of 0.5 % on WikiText-2's test text, by independent t with weight
 * 1/t and by the draws of {@code evaluation.maskError}. Writes infra/benchmarks/MASK_ERROR.md.
 */
@Tag("bars")
final class MaskErrorBarTest {
  private static final double TARGET = 0.005;
  private static final double CUT_OFF = 1e-3;
  private static final int LENGTH = 256;
  private static final int STEPS = Integer.getInteger("primeline.bars.steps", 60);
  private static final int LAYERS = Integer.getInteger("primeline.bars.layers", 1);
  private static final int WIDTH = Integer.getInteger("primeline.bars.width", 64);

  /**
   * Draws per window that independent t shall need about: as many windows are taken as that makes.
   */
  private static final int BASELINE_DRAWS = 24;

  /**
   * Independent t is measured on so many windows, so many draws of each: its error goes as 1/root.
   */
  private static final int PILOT_WINDOWS = 256;

  private static final int PILOT_DRAWS = 4;

  private static final List<Family> FAMILIES =
      List.of(
          Families.of("mdm", Attention.FULL, 1, 257, CodeOrder.INDEX, Head.TOKEN),
          Families.of("prime", Attention.FULL, 4, 5, CodeOrder.INDEX, Head.TOKEN),
          Families.of("prime-v2", Attention.FULL, 9, 2, CodeOrder.SHUFFLED, Head.TOKEN));

  @Test
  void spreadDrawsNeedAQuarterOfTheForwardPasses() throws IOException {
    Path root = Path.of(System.getProperty("primeline.root"));
    Path data = root.resolve("../shared/data");
    assumeTrue(
        Files.exists(data.resolve("wikitext2-test.txt")), "no WikiText-2 beside the project");
    CorpusSpec text =
        new CorpusSpec(
            data.resolve("wikitext2-valid.txt").toString(),
            data.resolve("wikitext2-test.txt").toString(),
            Tokenizer.BYTES,
            DocumentSplit.FILE,
            "text",
            0.05,
            null);
    BarModels models =
        new BarModels(
            root.resolve("activities/target/bars"),
            text,
            new ModelShape(LAYERS, WIDTH, WIDTH / 32, 4 * WIDTH, LENGTH),
            STEPS);
    StringBuilder rows = new StringBuilder();
    List<Double> shares = new ArrayList<>();
    for (Family family : FAMILIES) {
      try (TrainedModel model = models.model(family)) {
        rows.append(
            row(model, PreparedCorpus.open(models.store(), model.training().corpus()), shares));
      }
      Files.writeString(root.resolve("infra/benchmarks/MASK_ERROR.md"), page(rows.toString()));
    }
    assertThat(shares).allMatch(share -> share <= 0.25);
  }

  private static String row(TrainedModel model, PreparedCorpus corpus, List<Double> shares) {
    Family family = model.training().family();
    int separator = model.training().separator();
    HeldoutWindows all = new HeldoutWindows(corpus.heldout(), separator, LENGTH, 0);
    HeldoutWindows pilot =
        new HeldoutWindows(corpus.heldout(), separator, LENGTH, (long) PILOT_WINDOWS * LENGTH);
    IndependentTimes independent = new IndependentTimes(pilot, family, separator);
    for (int draw = 0; draw < PILOT_DRAWS; draw++) {
      independent.draw(model.network());
    }
    double needed = PILOT_DRAWS * PILOT_WINDOWS * Math.pow(independent.relativeError() / TARGET, 2);
    int count = (int) Math.max(32, Math.min(all.count(), needed / BASELINE_DRAWS));
    HeldoutWindows windows =
        new HeldoutWindows(corpus.heldout(), separator, LENGTH, (long) count * LENGTH);
    ExactCountNelbo.Reached spread =
        new ExactCountNelbo(model.network())
            .scoreUntil(TARGET, new LatticeDraws(windows, family, separator, 512), f -> {});
    WindowScores uniform = pair(model, pilot, 1);
    WindowScores pair = pair(model, pilot, LatticeDraws.EXPONENT);
    double share = 2 * PILOT_WINDOWS * Math.pow(relative(pair) / TARGET, 2) / needed;
    shares.add(share);
    return String.format(
        Locale.ROOT,
        "| %s | %d | %.3f %% | %.0f | %d | %d | %.3f %% | 1/%.1f | %.3f %% | %.3f %% | 1/%.1f"
            + " | %.4f / %.4f |%n",
        family.name(),
        family.ell(),
        100 * independent.relativeError(),
        needed,
        count,
        spread.draws() * count,
        100 * relative(spread.scores()),
        needed / (spread.draws() * count),
        100 * relative(uniform),
        100 * relative(pair),
        1 / share,
        independent.natsPerToken(),
        pair.natsPerToken());
  }

  /** Two draws of every window. */
  private static WindowScores pair(TrainedModel model, HeldoutWindows windows, double exponent) {
    TrainingSpec training = model.training();
    return new ExactCountNelbo(model.network())
        .score(
            new LatticeDraws(windows, training.family(), training.separator(), 1, exponent),
            f -> {});
  }

  private static double relative(WindowScores scores) {
    return scores.maskError() / scores.natsPerToken();
  }

  /**
   * METHOD section 3, continuous: t uniform in [1e-3, 1], digits masked independently, weight 1/t.
   */
  private static final class IndependentTimes {
    private final HeldoutWindows windows;
    private final Family family;
    private final int separator;
    private final double[] sums;
    private final double[] squares;
    private final SplittableRandom random = new SplittableRandom(1);
    private int draws;

    IndependentTimes(HeldoutWindows windows, Family family, int separator) {
      this.windows = windows;
      this.family = family;
      this.separator = separator;
      sums = new double[windows.count()];
      squares = new double[sums.length];
    }

    void draw(Denoiser denoiser) {
      for (int first = 0; first < sums.length; first += 16) {
        int rows = Math.min(16, sums.length - first);
        int[] tokens = new int[rows * (LENGTH + 1)];
        int[] masks = new int[rows * LENGTH];
        double[] times = new double[rows];
        for (int r = 0; r < rows; r++) {
          tokens[r * (LENGTH + 1)] = separator;
          windows.copy(first + r, tokens, r * (LENGTH + 1) + 1);
          times[r] = CUT_OFF + (1 - CUT_OFF) * random.nextDouble();
          for (int i = r * LENGTH; i < (r + 1) * LENGTH; i++) {
            for (int j = 0; j < family.ell(); j++) {
              masks[i] |= random.nextDouble() < times[r] ? 1 << j : 0;
            }
          }
        }
        double[] costs =
            denoiser.costs(new Batch(rows, LENGTH, tokens, masks, new float[rows])).marginal();
        for (int r = 0; r < rows; r++) {
          double estimate = (1 - CUT_OFF) * costs[r] / times[r];
          sums[first + r] += estimate;
          squares[first + r] += estimate * estimate;
        }
      }
      draws++;
    }

    double natsPerToken() {
      double all = 0;
      for (double sum : sums) {
        all += sum;
      }
      return all / draws / sums.length / LENGTH;
    }

    /** Of the sum over windows: each window's own variance over its draws. */
    double relativeError() {
      double variance = 0;
      for (int w = 0; w < sums.length; w++) {
        double mean = sums[w] / draws;
        variance += (squares[w] / draws - mean * mean) / (draws - 1);
      }
      return Math.sqrt(variance) / (natsPerToken() * LENGTH * sums.length);
    }
  }

  private static String page(String rows) {
    return """
    # Forward passes for a mask error of 0.5 %%

    Written by `mvn test -Pbars -pl activities -am -Dtest=MaskErrorBarTest -Dsurefire.failIfNoSpecifiedTests=false`.

    `-Dprimeline.bars.steps`, `.layers` and `.width` take larger models.

    Text: WikiText-2's test text in bytes (V = 257), windows of 256; models with layers: %d, width: %d, trained for
    %d steps of 16 windows on its validation text. Bar: at most 1/4 of the passes of independent t.

    Independent t: t uniform in [0.001, 1], each digit masked with probability t, weight 1/t. Its error is measured
    on the first %d windows, %d draws of each; how many passes 0.5 %% takes follows, for the error of independent
    draws falls as one over the root of their number. A pass is one window under one mask.

    Spread draws are those of `evaluation.maskError`. They go on, two of every window at a time, until the mask error
    of the windows' sum is at most 0.5 %% of it: on the first windows of the text, so few that independent t would take
    %d draws of each, for two draws of every window of a longer text would be more than it takes. Beside it the error
    after two draws of each of the %d windows, with m uniform and as it is drawn (m = 1 + floor(n u^2)), and what
    share of the passes of independent t the latter makes at an equal error.

    | family | ell | independent t: error | passes for 0.5 %% | windows | spread: passes | error | share | after two draws, m uniform | after two draws | share | nats per token, both |
    |---|---|---|---|---|---|---|---|---|---|---|---|
    %s\
    """
        .formatted(
            LAYERS, WIDTH, STEPS, PILOT_WINDOWS, PILOT_DRAWS, BASELINE_DRAWS, PILOT_WINDOWS, rows);
  }
}
