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
import java.util.List;
import org.junit.jupiter.api.Test;

class SubTokenConstructionTest {

  private final ArtifactStore store = new MemoryStore();
  private int opened;
  private final SubTokenConstruction construction =
      new SubTokenConstruction(
          store,
          corpus -> {
            opened++;
            return TokenArray.counting(100, 4);
          });

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
  void learntCodesAreAnArtifactOfTheCorpusThatEveryEllShares() throws IOException {
    for (CodeOrder order : List.of(CodeOrder.FREQUENCY, CodeOrder.DISTRIBUTIONAL)) {
      opened = 0;
      SubTokenResult binary = build(learnt(order, 2, 5));
      assertThat(binary.reused()).isFalse();
      assertThat(opened).as("to learn and to analyse").isEqualTo(2);
      SubTokenResult quinary = build(learnt(order, 5, 2));
      assertThat(opened).as("to analyse alone").isEqualTo(3);
      assertThat(codes(quinary)).isEqualTo(codes(binary));
      assertThat(build(learnt(order, 2, 5)).reused()).isTrue();
      assertThat(opened).isEqualTo(3);
    }
    assertThat(store.list("codeorders/"))
        .containsExactly(
            "codeorders/c0ffee/distributional-ppmi-svd64-1.json",
            "codeorders/c0ffee/frequency-1.json");
  }

  @Test
  void damagedOrdersAreLearntAgain() throws IOException {
    SubTokenResult made = build(learnt(CodeOrder.FREQUENCY, 2, 5));
    String key = store.list("codeorders/").get(0);
    byte[] whole = store.read(key);
    for (String damage : List.of("[0,1,", "[0,0,", "[17,1,", "[1,")) {
      String json = new String(whole, UTF_8).replace("[0,1,", damage);
      store.delete(key);
      store.putIfAbsent(key, damage.equals("[0,1,") ? new byte[1] : json.getBytes(UTF_8));
      assertThat(build(learnt(CodeOrder.FREQUENCY, 2, 5)).hash()).isEqualTo(made.hash());
      assertThat(store.read(key)).isEqualTo(whole);
    }
  }

  @Test
  void anOrderIsNotLearntForAVocabularyThatDoesNotFit() {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> build(learnt(CodeOrder.DISTRIBUTIONAL, 2, 4)))
        .withMessage("a vocabulary of 17 does not fit 2^4 = 16 codes");
    assertThat(opened).isZero();
  }

  private int[] codes(SubTokenResult result) throws IOException {
    return SubTokenizer.fromJson(store.read(result.subTokenizer().key())).codes();
  }

  private static SubTokenRequest learnt(CodeOrder order, int base, int ell) {
    Family family =
        new Family("prime", Attention.FULL, ell, base, order, Head.TOKEN, Objective.BOUND);
    return new SubTokenRequest(family, 17, 1, new ArtifactRef("corpora/x", "c0ffee", 1));
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
    return construction.build(request, counted -> {});
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
