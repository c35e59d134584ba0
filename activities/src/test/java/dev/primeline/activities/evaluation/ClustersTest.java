package dev.primeline.activities.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ClustersTest {

  @Test
  void manyDocumentsAreTheClusters() {
    int[] documents = IntStream.range(0, 60).map(w -> w / 2 * 3).toArray();
    Clusters clusters = Clusters.text(documents);
    assertThat(clusters.kind()).isEqualTo("documents");
    assertThat(clusters.count()).isEqualTo(30);
    assertThat(clusters.ofWindow()[59]).isEqualTo(29);
  }

  @Test
  void fewDocumentsBecomeContiguousBlocks() {
    Clusters clusters = Clusters.text(new int[1000]);
    assertThat(clusters.kind()).isEqualTo("blocks");
    assertThat(clusters.count()).isEqualTo(31);
    assertThat(clusters.ofWindow()).isSorted().contains(0, 30);
  }

  @Test
  void fewWindowsAreABlockEach() {
    assertThat(Clusters.text(new int[7]).count()).isEqualTo(7);
  }

  @Test
  void ratioErrorAgreesWithABootstrapOverDocuments() {
    SplittableRandom random = new SplittableRandom(7);
    int documents = 150;
    int[] sizes = IntStream.range(0, documents).map(d -> 1 + random.nextInt(9)).toArray();
    int windows = IntStream.of(sizes).sum();
    int[] ofWindow = new int[windows];
    double[] nats = new double[windows];
    int[] tokens = new int[windows];
    for (int d = 0, w = 0; d < documents; d++) {
      double level = 2 + random.nextGaussian();
      for (int i = 0; i < sizes[d]; i++, w++) {
        ofWindow[w] = d;
        tokens[w] = 40 + random.nextInt(40);
        nats[w] = tokens[w] * (level + 0.2 * random.nextGaussian());
      }
    }
    Clusters clusters = Clusters.text(ofWindow);
    double bootstrap = bootstrap(nats, tokens, ofWindow, documents, random);
    double independent = Clusters.sequences(windows).ratioError(nats, tokens);
    assertThat(clusters.ratioError(nats, tokens)).isCloseTo(bootstrap, within(0.1 * bootstrap));
    assertThat(independent).as("windows taken as independent").isLessThan(0.6 * bootstrap);
  }

  @Test
  void maskNoiseIsCountedOnce() {
    SplittableRandom random = new SplittableRandom(8);
    int windows = 20_000;
    double[] nelbo = new double[windows];
    double[] maskVariance = new double[windows];
    int[] tokens = new int[windows];
    for (int w = 0; w < windows; w++) {
      double truth = 100 + 3 * random.nextGaussian();
      double first = truth + 4 * Math.sqrt(2) * random.nextGaussian();
      double second = truth + 4 * Math.sqrt(2) * random.nextGaussian();
      nelbo[w] = (first + second) / 2;
      maskVariance[w] = (first - second) * (first - second) / 4;
      tokens[w] = 10;
    }
    WindowScores scores = new WindowScores(tokens, nelbo, maskVariance, nelbo, List.of());
    ScoreErrors errors = ScoreErrors.of(scores, Clusters.sequences(windows));
    double unit = 1 / (10 * Math.sqrt(windows));
    assertThat(errors.text()).isCloseTo(3 * unit, within(0.15 * unit));
    assertThat(errors.mask()).isCloseTo(4 * unit, within(0.15 * unit));
    assertThat(errors.standard()).isCloseTo(5 * unit, within(0.15 * unit));
  }

  private static double bootstrap(
      double[] nats, int[] tokens, int[] ofWindow, int documents, SplittableRandom random) {
    int resamples = 1000;
    double sum = 0;
    double squares = 0;
    for (int b = 0; b < resamples; b++) {
      int[] copies = new int[documents];
      for (int d = 0; d < documents; d++) {
        copies[random.nextInt(documents)]++;
      }
      double allNats = 0;
      double allTokens = 0;
      for (int w = 0; w < nats.length; w++) {
        allNats += copies[ofWindow[w]] * nats[w];
        allTokens += copies[ofWindow[w]] * tokens[w];
      }
      double ratio = allNats / allTokens;
      sum += ratio;
      squares += ratio * ratio;
    }
    double mean = sum / resamples;
    return Math.sqrt(squares / resamples - mean * mean);
  }
}
