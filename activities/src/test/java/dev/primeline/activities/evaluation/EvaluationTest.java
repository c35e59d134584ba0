package dev.primeline.activities.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.batches.HeldoutWindows;
import dev.primeline.activities.checkpoints.TrainedModel;
import dev.primeline.activities.model.Denoiser;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.model.HostTensor;
import dev.primeline.activities.model.ModelState;
import dev.primeline.activities.model.Network;
import dev.primeline.activities.tokens.PreparedCorpus;
import dev.primeline.activities.training.HeldoutScore;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.evaluation.EvaluationRequest;
import dev.primeline.workflows.evaluation.EvaluationResult;
import dev.primeline.workflows.evaluation.FamilyScores;
import dev.primeline.workflows.evaluation.SelfCheck.Alarm;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.EvaluationSettings;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class EvaluationTest {
  @TempDir Path folder;
  private ArtifactStore store;
  private Workshop workshop;

  @BeforeEach
  void open() throws IOException {
    store = new LocalArtifactStore(folder.resolve("store"));
    workshop = new Workshop(store, folder);
  }

  @ParameterizedTest
  @MethodSource("dev.primeline.activities.evaluation.Families#all")
  void everyFamilyIsScoredAboveTheEntropyWithAllAlarmsSilent(Family row) throws IOException {
    CorpusResult corpus = workshop.synthetic();
    TrainingSpec training = workshop.training(row, corpus);
    List<Double> progress = new ArrayList<>();
    EvaluationResult result =
        evaluation(UnaryOperator.identity())
            .evaluate(workshop.trained(training, 60), progress::add);
    FamilyScores scores = result.scores();
    assertThat(result.selfCheck().alarms())
        .extracting(Alarm::name)
        .containsExactly("oracle", "kraft", "model");
    assertThat(result.selfCheck().alarms()).noneMatch(Alarm::fired);
    assertThat(progress).isSorted().endsWith(1.0);
    double entropy = Objects.requireNonNull(corpus.sourceEntropyNatsPerToken());
    assertThat(scores.nelboNatsPerToken()).isBetween(entropy, 2 * entropy);
    assertThat(scores.tokensScored()).isEqualTo(300L * Workshop.LENGTH);
    assertThat(scores.textClusters().kind()).isEqualTo("sequences");
    assertThat(scores.perplexity()).isCloseTo(Math.exp(scores.nelboNatsPerToken()), within(1e-12));
    assertThat(scores.bitsPerByte()).isNull();
    assertThat(Math.hypot(scores.maskError(), scores.textError()))
        .isCloseTo(scores.standardError(), within(1e-12));
    boolean arm = row.autoregressive();
    assertThat(scores.maskError() == 0).isEqualTo(arm);
    assertThat(scores.curve().isEmpty()).isEqualTo(arm);
    assertThat(scores.publishedEstimator() == null)
        .isEqualTo(arm || row.equals(Families.SUB_TOKEN));
    if (row.equals(Families.MDM)) {
      assertThat(scores.publishedEstimator()).isEqualTo(scores.nelboNatsPerToken(), within(1e-5));
    }
  }

  @Test
  void jointFormInThePlaceOfTheBoundIsScoredAndMarked() throws IOException {
    TrainingSpec training = workshop.training(Families.PRIME_V2, workshop.synthetic());
    EvaluationResult result =
        evaluation(JointForm::new).evaluate(workshop.trained(training, 400), fraction -> {});
    assertThat(result.selfCheck().alarms()).hasSize(3).allMatch(Alarm::fired);
    assertThat(store.exists(result.artifact().key())).isTrue();
  }

  @ParameterizedTest
  @MethodSource("dev.primeline.activities.evaluation.Families#all")
  void maskErrorThatIsAskedForIsReachedAndOtherBoundsStandApart(Family row) throws IOException {
    TrainingSpec training = workshop.training(row, workshop.synthetic());
    EvaluationRequest few = workshop.trained(training, 60);
    EvaluationSettings settings = new EvaluationSettings(2, 0, 0.004, 2, 8);
    EvaluationResult result = evaluate(new EvaluationRequest(training, few.checkpoint(), settings));
    FamilyScores scores = result.scores();
    assertThat(result.selfCheck().alarms()).noneMatch(Alarm::fired);
    assertThat(scores.maskError()).isLessThanOrEqualTo(0.004 * scores.nelboNatsPerToken());
    assertThat(scores.target()).isEqualTo(new FamilyScores.MaskTarget(0.004, true));
    FamilyScores fixed = evaluate(few).scores();
    assertThat(scores.nelboNatsPerToken())
        .isCloseTo(
            fixed.nelboNatsPerToken(),
            within(1e-9 + 4 * Math.hypot(scores.maskError(), fixed.maskError())));
    List<String> bounds =
        row.autoregressive()
            ? List.of()
            : scores.publishedEstimator() == null || row.ell() == 1
                ? List.of("sampler-8")
                : List.of("token-masks", "sampler-8");
    assertThat(scores.otherBounds()).extracting(FamilyScores.OtherBound::name).isEqualTo(bounds);
    for (FamilyScores.OtherBound bound : scores.otherBounds()) {
      assertThat(bound.natsPerToken())
          .isBetween(0.8 * scores.nelboNatsPerToken(), 1.6 * scores.nelboNatsPerToken());
      assertThat(bound.maskError()).isBetween(1e-4, 0.1);
    }
    assertThat(store.list("evaluations/")).allMatch(key -> !key.contains("passes"));
  }

  @ParameterizedTest
  @MethodSource("dev.primeline.activities.evaluation.Families#all")
  void samplersDigitsOneByOneCostWhatTheBoundCharges(Family row) throws IOException {
    if (row.autoregressive()) {
      return;
    }
    CorpusResult corpus = workshop.synthetic();
    TrainingSpec training = workshop.training(row, corpus);
    EvaluationRequest request = workshop.trained(training, 60);
    PreparedCorpus text = PreparedCorpus.open(store, training.corpus());
    HeldoutWindows windows =
        new HeldoutWindows(text.heldout(), training.separator(), Workshop.LENGTH, 0);
    try (TrainedModel model =
        TrainedModel.open(store, training, request.checkpoint(), EngineSettings.defaults())) {
      Batch batch = TableDraws.all(windows, training.family(), 2).batch(new int[] {0, 1, 2, 3}, 1);
      Denoiser.Costs costs = model.network().costs(batch);
      Reveals reveals = new NetworkReveals(model);
      double[] nats = new double[4];
      for (int j = 0; j < training.family().ell(); j++) {
        int digit = 1 << j;
        int[] groups = Arrays.stream(batch.masks()).map(mask -> mask & digit).toArray();
        double[] some = reveals.nats(batch, groups);
        Arrays.setAll(nats, r -> nats[r] + some[r]);
      }
      assertThat(nats).containsExactly(costs.marginal(), within(1e-3));
      if (training.family().head() == Head.TOKEN) {
        assertThat(reveals.nats(batch, batch.masks())).containsExactly(costs.joint(), within(1e-3));
      }
    }
  }

  @Test
  void sameInputsFindTheStoredEvaluationAgain() throws IOException {
    TrainingSpec training = workshop.training(Families.MDM, workshop.synthetic());
    EvaluationRequest request = workshop.trained(training, 1);
    EvaluationResult made = evaluate(request);
    assertThat(made.reused()).isFalse();
    EvaluationResult found = evaluate(request);
    assertThat(found.reused()).isTrue();
    assertThat(found.scores()).isEqualTo(made.scores());
    assertThat(found.artifact()).isEqualTo(made.artifact());
    EvaluationRequest other =
        new EvaluationRequest(training, request.checkpoint(), new EvaluationSettings(2, 0));
    assertThat(evaluate(other).artifact().key()).isNotEqualTo(made.artifact().key());
  }

  @Test
  void damagedEvaluationIsMadeAgain() throws IOException {
    TrainingSpec training = workshop.training(Families.MDM, workshop.synthetic());
    EvaluationRequest request = workshop.trained(training, 1);
    EvaluationResult made = evaluate(request);
    String json = new String(store.read(made.artifact().key()), UTF_8);
    store.delete(made.artifact().key());
    store.putIfAbsent(
        made.artifact().key(), json.replaceFirst("perplexity\":", "$01").getBytes(UTF_8));
    EvaluationResult again = evaluate(request);
    assertThat(again.reused()).isFalse();
    assertThat(again.artifact()).isEqualTo(made.artifact());
  }

  @Test
  void textIsScoredPerByteWithItsDocumentsAsClusters() throws IOException {
    CorpusResult corpus = workshop.text(documents(30));
    TrainingSpec training = workshop.training(Families.MDM, corpus);
    EvaluationResult result = evaluate(workshop.trained(training, 1));
    FamilyScores scores = result.scores();
    assertThat(scores.textClusters().kind()).isEqualTo("documents");
    assertThat(scores.textClusters().count()).isBetween(20, 30);
    assertThat(scores.bitsPerByte())
        .isCloseTo(
            scores.nelboNatsPerToken()
                * corpus.heldoutTokens()
                / Math.log(2)
                / corpus.heldoutBytes(),
            within(1e-9));
    // "Document", a number, "says", "naïve", "things." in each document that is scored whole.
    assertThat(scores.words()).isEqualTo(5L * corpus.heldoutDocuments());
    double nats = scores.nelboNatsPerToken() * corpus.heldoutTokens();
    assertThat(scores.wordPerplexity())
        .isCloseTo(Math.exp(nats / 5 / corpus.heldoutDocuments()), withinPercentage(1e-7));
    assertThat(result.selfCheck().alarms()).extracting(Alarm::name).doesNotContain("model");
  }

  @Test
  void weightsThatAreNoNumbersAreRefused() throws IOException {
    TrainingSpec training = workshop.training(Families.MDM, workshop.synthetic());
    EvaluationRequest request;
    try (Network network = workshop.network(training)) {
      ModelState state = network.snapshot();
      List<HostTensor> weights = new ArrayList<>(state.weights());
      float[] values = weights.get(0).values().clone();
      Arrays.fill(values, Float.NaN);
      weights.set(0, new HostTensor(weights.get(0).name(), weights.get(0).shape(), values));
      network.restore(state.with(weights));
      request = workshop.request(training, network, 1);
    }
    assertThatThrownBy(() -> evaluate(request))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining(request.checkpoint().key())
        .hasMessageContaining("NaN");
  }

  @Test
  void singleWindowIsRefused() throws IOException {
    TrainingSpec training = workshop.training(Families.MDM, workshop.synthetic());
    EvaluationRequest all = workshop.trained(training, 1);
    EvaluationRequest one =
        new EvaluationRequest(
            training, all.checkpoint(), new EvaluationSettings(2, Workshop.LENGTH));
    assertThatThrownBy(() -> evaluate(one))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("two windows");
  }

  @Test
  void comparisonOfTwoFamiliesIsPairedByWindow() throws IOException {
    CorpusResult corpus = workshop.synthetic();
    EvaluationResult untrained =
        evaluate(workshop.trained(workshop.training(Families.MDM, corpus), 1));
    EvaluationResult trained =
        evaluate(workshop.trained(workshop.training(Families.ARM, corpus), 60));
    PairedDifference difference = PairedDifference.of(stored(untrained), stored(trained));
    double expected = untrained.scores().nelboNatsPerToken() - trained.scores().nelboNatsPerToken();
    assertThat(difference.natsPerToken()).isCloseTo(expected, within(1e-5));
    assertThat(difference.standardError()).isBetween(0.001, 0.2);
    CorpusResult text = workshop.text(documents(30));
    EvaluationResult other = evaluate(workshop.trained(workshop.training(Families.MDM, text), 1));
    assertThatThrownBy(() -> PairedDifference.of(stored(trained), stored(other)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void heldoutScoreDuringTrainingIsFixedAndNearTheFullScore() throws IOException {
    TrainingSpec training = workshop.training(Families.PRIME, workshop.synthetic());
    HeldoutScore heldout = FixedHeldout.of(training, PreparedCorpus.open(store, training.corpus()));
    try (Network network = workshop.network(training)) {
      HeldoutScore.Score score = heldout.of(network);
      assertThat(heldout.of(network)).isEqualTo(score);
      FamilyScores full = evaluate(workshop.request(training, network, 0)).scores();
      assertThat(score.maskError()).isGreaterThan(full.maskError());
      assertThat(score.natsPerToken())
          .isCloseTo(full.nelboNatsPerToken(), within(5 * 3 * full.standardError()));
    }
  }

  private EvaluationResult evaluate(EvaluationRequest request) throws IOException {
    return evaluation(UnaryOperator.identity()).evaluate(request, fraction -> {});
  }

  private Evaluation evaluation(UnaryOperator<Denoiser> pricing) {
    return new Evaluation(store, EngineSettings.defaults(), pricing);
  }

  private StoredEvaluation stored(EvaluationResult result) throws IOException {
    return StoredEvaluation.fromJson(store.read(result.artifact().key()));
  }

  private Path documents(int count) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int d = 0; d < count; d++) {
      text.append("Document ").append(d).append(" says naïve things.\n\n");
    }
    return Files.writeString(folder.resolve("documents.txt"), text);
  }
}
