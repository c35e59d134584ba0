package dev.primeline.activities.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.model.Denoiser;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.evaluation.EvaluationRequest;
import dev.primeline.workflows.evaluation.EvaluationResult;
import dev.primeline.workflows.evaluation.SelfCheck.Alarm;
import dev.primeline.workflows.experiment.Attention;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.SyntheticSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Trained models of every family and head on five sources: the alarms are silent on their bound and
 * loud on the joint form in its place. Writes infra/benchmarks/ALARMS.md.
 */
@Tag("bars")
final class AlarmBarTest {
  private static final int STEPS = 120;

  private static final List<SyntheticSource> SOURCES =
      List.of(
          new SyntheticSource(SyntheticSource.Kind.MARKOV, 15, 15, 0.2, 4000, 500),
          new SyntheticSource(SyntheticSource.Kind.MARKOV, 32, 32, 1.0, 4000, 500),
          new SyntheticSource(SyntheticSource.Kind.HMM, 6, 3, 0.3, 4000, 500),
          new SyntheticSource(SyntheticSource.Kind.HMM, 20, 8, 0.1, 4000, 500),
          new SyntheticSource(SyntheticSource.Kind.HMM, 50, 4, 2.0, 4000, 500));

  /** ARM and MDM have one digit, for which there is no sub-token head. */
  private static final List<Family> FAMILIES =
      List.of(
          Families.ARM,
          Families.MDM,
          Families.PRIME,
          prime(Head.SUB_TOKEN),
          Families.PRIME_V2,
          Families.SUB_TOKEN);

  @TempDir Path folder;

  @Test
  void alarmsAreSilentOnTheBoundOfTrainedModelsAndLoudOnTheJointForm() throws IOException {
    ArtifactStore store = new LocalArtifactStore(folder.resolve("store"));
    Workshop workshop = new Workshop(store, folder);
    StringBuilder rows = new StringBuilder();
    int wrong = 0;
    for (SyntheticSource source : SOURCES) {
      CorpusResult corpus = workshop.synthetic(source);
      for (Family row : FAMILIES) {
        EvaluationRequest request = workshop.trained(workshop.training(row, corpus), STEPS);
        EvaluationResult bound =
            new Evaluation(store, EngineSettings.defaults()).evaluate(request, fraction -> {});
        boolean joint = row.ell() > 1 && row.head() == Head.TOKEN;
        String loud = "-";
        if (joint) {
          store.delete(bound.artifact().key());
          EvaluationResult mistaken = evaluate(store, request, JointForm::new);
          loud = fired(mistaken);
          wrong += mistaken.selfCheck().fired() ? 0 : 1;
        }
        wrong += bound.selfCheck().fired() ? 1 : 0;
        double entropy = Objects.requireNonNull(corpus.sourceEntropyNatsPerToken());
        rows.append(
            String.format(
                Locale.ROOT,
                "| %s, %d symbols, %d states, concentration %s | %s | %s | %.4f | %s %.4f | %s | %s"
                    + " |%n",
                source.kind().name().toLowerCase(Locale.ROOT),
                source.symbols(),
                source.states(),
                source.concentration(),
                row.autoregressive() ? "arm" : row.ell() == 1 ? "mdm" : name(row),
                row.head() == Head.TOKEN ? "token" : "sub-token",
                entropy,
                row.autoregressive() ? "=" : "<=",
                bound.scores().nelboNatsPerToken(),
                fired(bound),
                loud));
      }
    }
    Files.writeString(
        Path.of(System.getProperty("primeline.root"), "infra", "benchmarks", "ALARMS.md"),
        page(rows.toString()));
    assertThat(wrong).as("pairs of source and model with a wrong verdict; see ALARMS.md").isZero();
  }

  private static EvaluationResult evaluate(
      ArtifactStore store, EvaluationRequest request, UnaryOperator<Denoiser> pricing)
      throws IOException {
    return new Evaluation(store, EngineSettings.defaults(), pricing)
        .evaluate(request, fraction -> {});
  }

  private static String name(Family family) {
    return family.base() == 2 ? "prime-v2" : "prime";
  }

  private static String fired(EvaluationResult result) {
    List<String> names =
        result.selfCheck().alarms().stream().filter(Alarm::fired).map(Alarm::name).toList();
    return names.isEmpty() ? "silent" : String.join(", ", names);
  }

  private static Family prime(Head head) {
    return Families.of("prime-sub", Attention.FULL, 3, 4, CodeOrder.INDEX, head);
  }

  private static String page(String rows) {
    return """
    # The alarms, on trained models

    Written by `mvn test -Pbars -pl activities -am -Dtest=AlarmBarTest -Dsurefire.failIfNoSpecifiedTests=false`.

    Five sources whose entropy is known; each family and head that exists is trained for %d steps of 32
    sequences of 8 tokens and evaluated as a run's families are, oracle, Kraft and model alarm
    included. Then the same with the papers' joint form in the place of the bound, where one exists:
    with one digit it is the bound, and the sub-token head has none.

    | source | family | head | entropy | score, nats/token | alarms on the bound | alarms on the joint form |
    |---|---|---|---|---|---|---|
    %s\
    """
        .formatted(STEPS, rows);
  }
}
