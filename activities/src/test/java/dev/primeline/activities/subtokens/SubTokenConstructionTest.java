package dev.primeline.activities.subtokens;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.tokens.TokenArray;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.Attention;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.Objective;
import dev.primeline.workflows.subtokens.SubTokenRequest;
import dev.primeline.workflows.subtokens.SubTokenResult;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SubTokenConstructionTest {

  private final ArtifactStore store = new MemoryStore();
  private final SubTokenConstruction construction = new SubTokenConstruction(store);
  private int opened;

  @Test
  void firstBuildWritesBothFiles() throws IOException {
    SubTokenResult made = build(request("c0ffee", 1));
    assertThat(made.reused()).isFalse();
    assertThat(store.list("subtokenizers/"))
        .containsExactly(
            "subtokenizers/" + made.hash() + "/c0ffee/analysis.json",
            "subtokenizers/" + made.hash() + "/subtokenizer.json");
    byte[] stored = store.read(made.subTokenizer().key());
    assertThat(made.subTokenizer().sha256()).isEqualTo(Hashes.sha256(stored));
    assertThat(made.subTokenizer().bytes()).isEqualTo(stored.length);
    SubTokenizer read = SubTokenizer.fromJson(stored);
    assertThat(read.hash()).isEqualTo(made.hash());
    assertThat(read.codes()).isEqualTo(SubTokenizer.build(17, 2, 5, CodeOrder.SHUFFLED, 1).codes());
  }

  @Test
  void entropiesAreOfTheTrainingTokens() throws IOException {
    SubTokenResult made = build(request("c0ffee", 1));
    // Tokens 0 .. 3, equally often: in index order the last two digits hold everything.
    double bit = StrictMath.log(2);
    assertThat(made.indexDigitEntropiesNats()).containsExactly(0.0, 0.0, 0.0, bit, bit);
    double[] shuffled =
        DigitEntropies.of(
            SubTokenizer.build(17, 2, 5, CodeOrder.SHUFFLED, 1),
            new long[] {25, 25, 25, 25, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    assertThat(made.digitEntropiesNats().stream().mapToDouble(nats -> nats))
        .containsExactly(box(shuffled));
  }

  @Test
  void secondBuildFindsTheFirstWithoutReadingTheCorpus() throws IOException {
    SubTokenResult made = build(request("c0ffee", 1));
    SubTokenResult found = build(request("c0ffee", 1));
    assertThat(found.reused()).isTrue();
    assertThat(found.subTokenizer()).isEqualTo(made.subTokenizer());
    assertThat(found.digitEntropiesNats()).isEqualTo(made.digitEntropiesNats());
    assertThat(opened).isEqualTo(1);
  }

  @Test
  void anotherCorpusSharesTheCodesAndHasItsOwnAnalysis() throws IOException {
    SubTokenResult made = build(request("c0ffee", 1));
    SubTokenResult other = build(request("decaf", 1));
    assertThat(other.reused()).isFalse();
    assertThat(other.subTokenizer()).isEqualTo(made.subTokenizer());
    assertThat(opened).isEqualTo(2);
  }

  @Test
  void damagedFilesAreMadeAnew() throws IOException {
    SubTokenResult made = build(request("c0ffee", 1));
    for (String key : store.list("subtokenizers/")) {
      byte[] whole = store.read(key);
      store.delete(key);
      store.putIfAbsent(key, "{\"schemaVersion\":1}".getBytes(UTF_8));
      SubTokenResult again = build(request("c0ffee", 1));
      assertThat(again.reused()).isFalse();
      assertThat(again.subTokenizer()).isEqualTo(made.subTokenizer());
      assertThat(store.read(key)).isEqualTo(whole);
    }
  }

  @Test
  void nothingIsStoredForAVocabularyThatDoesNotFit() throws IOException {
    SubTokenRequest request =
        new SubTokenRequest(family(), 33, 1, new ArtifactRef("corpora/x/manifest.json", "ab", 1));
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> build(request))
        .withMessage("a vocabulary of 33 does not fit 2^5 = 32 codes");
    assertThat(store.list("subtokenizers/")).isEmpty();
  }

  private SubTokenResult build(SubTokenRequest request) throws IOException {
    return construction.build(
        request,
        corpus -> {
          opened++;
          return TokenArray.counting(100, 4);
        },
        counted -> {});
  }

  private static SubTokenRequest request(String corpus, long seed) {
    ArtifactRef manifest = new ArtifactRef("corpora/x/manifest.json", corpus, 1);
    return new SubTokenRequest(family(), 17, seed, manifest);
  }

  private static Family family() {
    return new Family(
        "prime-v2", Attention.FULL, 5, 2, CodeOrder.SHUFFLED, Head.TOKEN, Objective.BOUND);
  }

  private static Double[] box(double[] values) {
    return Arrays.stream(values).boxed().toArray(Double[]::new);
  }
}
