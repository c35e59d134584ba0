package dev.primeline.activities.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.LocalArtifactStore;
import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.perplexity.TextScore;
import dev.primeline.activities.perplexity.TextScoreFiles;
import dev.primeline.activities.perplexity.TextScoresOrder;
import dev.primeline.activities.perplexity.TextScoring;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.Family;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models on texts that their runs never named. */
final class TextScoringTest {
  @TempDir Path folder;
  private ArtifactStore store;
  private Workshop workshop;
  private final Map<String, String> texts = new LinkedHashMap<>();

  @BeforeEach
  void open() throws IOException {
    store = new LocalArtifactStore(folder.resolve("store"));
    workshop = new Workshop(store, folder);
    texts.put("sea", text("sea.txt", "The sea is wide, and the ships are small. "));
    texts.put("hills", text("hills.txt", "No hill is without its valley and its brook. "));
  }

  @Test
  void everyModelIsScoredOnEveryTextAndFoundAgain() throws IOException {
    CorpusResult learnt = workshop.text(Path.of(text("learnt.txt", "Rain falls on the hills. ")));
    List<String> models =
        List.of(checkpoint(Families.ARM, learnt), checkpoint(Families.MDM, learnt));
    TextScoresOrder order = new TextScoresOrder(models, texts, null, null, 0.02, null, null, null);
    List<String> heard = new ArrayList<>();
    List<TextScore> scores =
        scoring().score(order, (model, text, fraction) -> heard.add(text + fraction));
    assertThat(scores).extracting(TextScore::text).containsExactly("sea", "sea", "hills", "hills");
    assertThat(scores).extracting(TextScore::bound).containsExactly("=", "<=", "=", "<=");
    assertThat(scores).extracting(TextScore::checkpoint).startsWith(models.get(0), models.get(1));
    assertThat(scores).allSatisfy(score -> assertThat(score.alarms()).isEmpty());
    // 9 words, 40 times.
    assertThat(scores.get(0).scores().words()).isEqualTo(360);
    assertThat(scores.get(1).scores().maskError())
        .isLessThanOrEqualTo(0.02 * scores.get(1).scores().nelboNatsPerToken());
    assertThat(heard).contains("sea1.0", "hills1.0");
    heard.clear();
    assertThat(scoring().score(order, (model, text, fraction) -> heard.add(text)))
        .isEqualTo(scores);
    assertThat(heard).as("passes made again").isEmpty();
    String[] lines = new String(TextScoreFiles.csv(scores), UTF_8).split("\r\n", -1);
    assertThat(lines).hasSize(6);
    assertThat(lines[2]).startsWith("sea," + models.get(1) + ",1,<=,");
    assertThat(new String(TextScoreFiles.json(scores), UTF_8)).contains("\"wordPerplexity\"");
  }

  @Test
  void whatCannotBeScoredIsSaidInOneSentence() throws IOException {
    String symbols = checkpoint(Families.MDM, workshop.synthetic());
    assertThatThrownBy(() -> score(symbols, texts))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("heldout.sea")
        .hasMessageContaining("synthetic source");
    CorpusResult learnt = workshop.text(Path.of(text("learnt.txt", "Rain falls on the hills. ")));
    String model = checkpoint(Families.MDM, learnt);
    Path few = Files.writeString(folder.resolve("few.txt"), "few");
    assertThatThrownBy(() -> score(model, Map.of("few", few.toString())))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("heldout.few");
    assertThatThrownBy(() -> score("nothing/mdm", texts))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("nothing");
    assertThatThrownBy(() -> score(model, Map.of()))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("heldout: none");
  }

  private void score(String model, Map<String, String> heldout) throws IOException {
    scoring()
        .score(
            new TextScoresOrder(List.of(model), heldout, null, null, null, null, null, null),
            (checkpoint, text, fraction) -> {});
  }

  private TextScoring scoring() {
    return new TextScoring(store, folder, CorpusSources.everywhere(), EngineSettings.defaults());
  }

  private String checkpoint(Family family, CorpusResult corpus) throws IOException {
    return workshop.trained(workshop.training(family, corpus), 1).checkpoint().key();
  }

  private String text(String name, String sentence) throws IOException {
    return Files.writeString(folder.resolve(name), sentence.repeat(40)).toString();
  }
}
