package dev.primeline.activities.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.batches.HeldoutWindows;
import dev.primeline.activities.model.Denoiser;
import dev.primeline.workflows.experiment.Attention;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.EvaluationSettings;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Draws that go on until the mask error is small enough; the truth is known. */
final class TargetTest {
  private static final int LENGTH = 8;
  private static final int WINDOWS = 4000;
  private static final Family BINARY =
      Families.of("prime-v2", Attention.FULL, 2, 2, CodeOrder.INDEX, Head.TOKEN);
  private static final ToySource SOURCE = ToySource.random(3, 4, 31);
  private static final Denoiser POSTERIOR = SOURCE.posterior(ToyCodes.index(4, 2, 2), false);

  private final double[] truth = new double[WINDOWS];
  private final HeldoutWindows windows = sample();

  @Test
  void drawsEndWhereTheErrorIsSmallEnoughAndNotBefore() {
    int draws = 0;
    for (double relative : new double[] {0.01, 0.004, 0.002, 0.001}) {
      ExactCountNelbo.Reached reached = until(relative);
      WindowScores scores = reached.scores();
      assertThat(reached.reached()).isTrue();
      assertThat(scores.maskError()).isLessThanOrEqualTo(relative * scores.natsPerToken());
      assertThat(reached.draws()).isGreaterThanOrEqualTo(draws).isEven();
      draws = reached.draws();
      double miss = scores.natsPerToken() - Arrays.stream(truth).sum() / WINDOWS / LENGTH;
      assertThat(Math.abs(miss)).isLessThan(4 * scores.maskError());
    }
    assertThat(draws).isGreaterThan(2);
  }

  @Test
  void whatIsNotReachedSaysSo() {
    ExactCountNelbo.Reached reached =
        new ExactCountNelbo(POSTERIOR)
            .scoreUntil(1e-6, new LatticeDraws(windows, BINARY, 4, 3), fraction -> {});
    assertThat(reached.reached()).isFalse();
    assertThat(reached.draws()).isEqualTo(6);
  }

  @Test
  void reportedVarianceIsTheVarianceOfABlock() {
    LatticeDraws draws = new LatticeDraws(windows, BINARY, 4, 1);
    WindowScores scores = new ExactCountNelbo(POSTERIOR).score(draws, fraction -> {});
    int blocks = scores.maskVariance().length;
    double[] miss = new double[blocks];
    for (int w = 0; w < WINDOWS; w++) {
      miss[draws.block(w)] += scores.nelbo()[w] - truth[w];
    }
    double squares = Arrays.stream(miss).map(m -> m * m).sum();
    double reported = Arrays.stream(scores.maskVariance()).sum();
    assertThat(blocks).isEqualTo(250);
    assertThat(reported).isCloseTo(squares, within(0.35 * squares));
  }

  @Test
  void progressRisesToOne() {
    List<Double> told = new ArrayList<>();
    new ExactCountNelbo(POSTERIOR)
        .scoreUntil(0.002, new LatticeDraws(windows, BINARY, 4, 64), told::add);
    assertThat(told).isSorted().endsWith(1.0);
  }

  @Test
  void autoregressiveScoreIsExactAtOnce() {
    ExactCountNelbo.Reached reached =
        MaskedScore.of(
            SOURCE.posterior(ToyCodes.index(4, 4, 1), true),
            windows,
            Families.ARM,
            4,
            new EvaluationSettings(8, 0, 0.001, 0, 0),
            fraction -> {});
    assertThat(reached.draws()).isEqualTo(1);
    assertThat(reached.reached()).isTrue();
    assertThat(reached.scores().maskError()).isZero();
    assertThat(reached.scores().nelbo()).containsExactly(truth, within(1e-9));
  }

  @Test
  void killedEvaluationGoesOnWhereItWasToTheSameNumbers(@TempDir Path folder) throws IOException {
    ArtifactStore store = new LocalArtifactStore(folder);
    WindowScores undisturbed = until(0.002).scores();
    AtomicInteger passes = new AtomicInteger();
    Denoiser counted =
        batch -> {
          passes.incrementAndGet();
          return POSTERIOR.costs(batch);
        };
    int all = passes(counted, passes);
    for (int kill : new int[] {3, 1, 20}) {
      AtomicInteger left = new AtomicInteger(kill);
      Denoiser killed =
          batch -> {
            if (left.getAndDecrement() == 0) {
              throw new IllegalStateException("killed");
            }
            return counted.costs(batch);
          };
      PassLog log = new PassLog(store, "evaluations/x/", Duration.ZERO);
      assertThatThrownBy(() -> until(0.002, log.logged(killed))).hasMessage("killed");
    }
    store.delete("evaluations/x/passes-00023.json");
    PassLog log = new PassLog(store, "evaluations/x/", Duration.ofDays(1));
    assertThat(log.remembered()).isEqualTo(23);
    passes.set(0);
    WindowScores continued = until(0.002, log.logged(counted)).scores();
    assertThat(passes.get()).isEqualTo(all - 23);
    assertThat(continued.nelbo()).containsExactly(undisturbed.nelbo());
    assertThat(continued.maskVariance()).containsExactly(undisturbed.maskVariance());
    assertThat(continued.curve()).isEqualTo(undisturbed.curve());
    log.forget();
    assertThat(store.list("evaluations/x/")).isEmpty();
  }

  @Test
  void damagedPassesAreMadeAgain(@TempDir Path folder) throws IOException {
    ArtifactStore store = new LocalArtifactStore(folder);
    PassLog log = new PassLog(store, "evaluations/x/", Duration.ZERO);
    WindowScores undisturbed = until(0.01, log.logged(POSTERIOR)).scores();
    String key = "evaluations/x/passes-00002.json";
    byte[] json = store.read(key);
    store.delete(key);
    json[json.length / 3] ^= 1;
    store.putIfAbsent(key, json);
    PassLog again = new PassLog(store, "evaluations/x/", Duration.ZERO);
    assertThat(again.remembered()).isEqualTo(2);
    assertThat(until(0.01, again.logged(POSTERIOR)).scores().nelbo())
        .containsExactly(undisturbed.nelbo());
  }

  private int passes(Denoiser counted, AtomicInteger passes) {
    passes.set(0);
    until(0.002, counted);
    return passes.get();
  }

  private ExactCountNelbo.Reached until(double relative) {
    return until(relative, POSTERIOR);
  }

  private ExactCountNelbo.Reached until(double relative, Denoiser denoiser) {
    return new ExactCountNelbo(denoiser)
        .scoreUntil(relative, new LatticeDraws(windows, BINARY, 4, 512), fraction -> {});
  }

  private HeldoutWindows sample() {
    SplittableRandom random = new SplittableRandom(32);
    int[] tokens = new int[WINDOWS * LENGTH];
    for (int w = 0; w < WINDOWS; w++) {
      int[] sequence = SOURCE.sample(LENGTH, random);
      truth[w] = -Math.log(SOURCE.probability(sequence));
      System.arraycopy(sequence, 0, tokens, w * LENGTH, LENGTH);
    }
    return new HeldoutWindows(new EqualSequences(tokens, LENGTH), 4, LENGTH, 0);
  }
}
