package dev.primeline.activities.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.activities.corpus.HiddenMarkovSource;
import dev.primeline.workflows.corpus.CorpusRequest;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.CorpusSpec;
import dev.primeline.workflows.experiment.DocumentSplit;
import dev.primeline.workflows.experiment.SyntheticSource;
import dev.primeline.workflows.experiment.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusPreparationTest {
  @TempDir Path folder;

  private FakeStore store;
  private Path scratch;
  private final List<CorpusProgress> progress = new ArrayList<>();

  @BeforeEach
  void folders() throws IOException {
    store = new FakeStore(folder.resolve("store"));
    scratch = Files.createDirectory(folder.resolve("scratch"));
  }

  @Test
  void everyDocumentIsFollowedByTheSeparator() throws IOException {
    write("train.txt", "one\n\nzwölf\n");
    write("heldout.txt", "two\n");
    CorpusResult result = prepare(text("train.txt", "heldout.txt", Tokenizer.BYTES), 4);
    PreparedCorpus corpus = PreparedCorpus.open(store, result.manifest());

    assertThat(tokens(corpus.train())).isEqualTo(bytes("one\n", "zwölf\n"));
    assertThat(corpus.train().documents()).isEqualTo(2);
    assertThat(corpus.train().documentStart(1)).isEqualTo(5);
    assertThat(tokens(corpus.heldout())).isEqualTo(bytes("two\n"));
    assertThat(corpus.separator()).isEqualTo(256);
    assertThat(corpus.byteLength(97, 256)).isZero();
    assertThat(corpus.synthetic()).isEmpty();
    assertThat(result.vocabularySize()).isEqualTo(257);
    assertThat(result.trainTokens()).isEqualTo(13);
    assertThat(result.trainDocuments()).isEqualTo(2);
    assertThat(result.heldoutTokens()).isEqualTo(5);
    assertThat(result.heldoutDocuments()).isEqualTo(1);
    assertThat(result.heldoutBytes()).isEqualTo(4);
    assertThat(result.sourceEntropyNatsPerToken()).isNull();
    assertThat(result.reused()).isFalse();
  }

  @Test
  void unigramCountsEveryTokenOnceMoreThanItWasSeen() throws IOException {
    write("train.txt", "aab\n");
    write("heldout.txt", "ac");
    CorpusResult result = prepare(text("train.txt", "heldout.txt", Tokenizer.BYTES), 2);
    // N + V = 5 + 257; a was seen twice, c never, the separator once.
    double expected = -(Math.log(3 / 262.0) + Math.log(1 / 262.0) + Math.log(2 / 262.0)) / 3;
    assertThat(result.unigramNatsPerToken()).isCloseTo(expected, within(1e-12));
  }

  @Test
  void syntheticSequencesStandSideBySideWithTheirExactSource() throws IOException {
    var source = new SyntheticSource(SyntheticSource.Kind.HMM, 7, 4, 0.4, 300, 50);
    CorpusResult result = prepare(synthetic(source), 24);
    PreparedCorpus corpus = PreparedCorpus.open(store, result.manifest());

    assertThat(result.vocabularySize()).isEqualTo(8);
    assertThat(result.trainTokens()).isEqualTo(300 * 24);
    assertThat(result.heldoutDocuments()).isEqualTo(50);
    assertThat(result.heldoutBytes()).isZero();
    assertThat(corpus.train().documentStart(17)).isEqualTo(17 * 24);
    HiddenMarkovSource exact = corpus.synthetic().orElseThrow().source();
    double nats = 0;
    int[] sequence = new int[24];
    for (int i = 0; i < 50; i++) {
      corpus.heldout().copy(i * 24L, sequence, 0, 24);
      nats -= exact.logProbability(sequence);
    }
    assertThat(result.sourceEntropyNatsPerToken()).isCloseTo(nats / (50 * 24), within(1e-12));
    assertThat(result.unigramNatsPerToken()).isCloseTo(exact.unigramEntropy(), within(0.05));
  }

  @Test
  void sameCorpusIsFoundAgain() throws IOException {
    write("train.txt", "one\n\ntwo\n");
    write("heldout.txt", "two\n");
    CorpusResult made = prepare(text("train.txt", "heldout.txt", Tokenizer.BYTES), 4);
    write("elsewhere.txt", "one\n\ntwo\n");
    CorpusResult found = prepare(text("elsewhere.txt", "heldout.txt", Tokenizer.BYTES), 3);
    assertThat(found.reused()).isTrue();
    assertThat(found).usingRecursiveComparison().ignoringFields("reused").isEqualTo(made);
    write("elsewhere.txt", "one\n\nthree\n");
    CorpusResult other = prepare(text("elsewhere.txt", "heldout.txt", Tokenizer.BYTES), 4);
    assertThat(other.reused()).isFalse();
    assertThat(other.hash()).isNotEqualTo(made.hash());
  }

  @Test
  void damagedCorpusIsMadeAgain() throws IOException {
    write("train.txt", "one\n\ntwo\n");
    write("heldout.txt", "two\n");
    CorpusSpec spec = text("train.txt", "heldout.txt", Tokenizer.BYTES);
    CorpusResult made = prepare(spec, 4);
    PreparedCorpus corpus = PreparedCorpus.open(store, made.manifest());
    String shard = corpus.manifest().train().shards().get(0).key();
    Files.write(store.file(shard), new byte[] {1, 2, 3});
    assertThatThrownBy(() -> PreparedCorpus.open(store, made.manifest()))
        .isInstanceOf(DamagedArtifactException.class);

    CorpusResult again = prepare(spec, 4);
    assertThat(again.reused()).isFalse();
    assertThat(again.hash()).isEqualTo(made.hash());
    assertThat(PreparedCorpus.open(store, again.manifest()).train().size()).isEqualTo(10);
  }

  @Test
  void slowerOfTwoAttemptsTakesTheFasterOnesCorpus() throws IOException {
    write("train.txt", "one\n\ntwo\n");
    write("heldout.txt", "two\n");
    CorpusSpec spec = text("train.txt", "heldout.txt", Tokenizer.BYTES);
    List<CorpusResult> faster = new ArrayList<>();
    var slow =
        new CorpusPreparation(
            store,
            scratch,
            p -> {
              if (p.stage().equals("committing") && faster.isEmpty()) {
                try {
                  faster.add(prepare(spec, 4));
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              }
            });
    CorpusResult slower = slow.prepare(new CorpusRequest(spec, 4, 0));
    assertThat(slower.manifest()).isEqualTo(faster.get(0).manifest());
    assertThat(slower.reused()).isTrue();
    // A shard of each side, the card, the manifest.
    assertThat(store.list("corpora/")).hasSize(4);
  }

  @Test
  void failedPreparationLeavesNothingVisibleBehind() throws IOException {
    write("train.jsonl", "{\"text\": \"some more text\"}\n".repeat(50) + "{\"text\": 1}\n");
    write("heldout.txt", "two and three and four\n");
    var preparation =
        new CorpusPreparation(
            store,
            scratch,
            CorpusSources.everywhere(),
            progress::add,
            new CorpusSizes(1 << 20, 10, 1 << 20, 16));
    CorpusSpec spec = text("train.jsonl", "heldout.txt", Tokenizer.BYTES);
    assertThatThrownBy(() -> preparation.prepare(new CorpusRequest(spec, 4, 0)))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("train.jsonl:51: field \"text\" is of type number");
    assertThat(progress.get(progress.size() - 1).shards()).isPositive();
    // Shards are named by their content and may be another attempt's: prune removes them.
    assertThat(store.list("corpora/")).isNotEmpty().allMatch(key -> key.contains("/shards/"));
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void textShorterThanAWindowIsRefused() throws IOException {
    write("long.txt", "a text that is long enough\n");
    write("short.txt", "short\n");
    CorpusSpec shortHeldout = text("long.txt", "short.txt", Tokenizer.BYTES);
    CorpusSpec shortTrain = text("short.txt", "long.txt", Tokenizer.BYTES);
    assertThat(prepare(shortHeldout, 6).reused()).isFalse();
    // Found again, and still too short for a longer window.
    assertBad(
        shortHeldout,
        7,
        "corpus %s/short.txt: the held-out text has 7 tokens; expected at least 8 with model.length"
            + " 7");
    assertBad(
        shortTrain,
        8,
        "corpus %s/short.txt: the training text has 7 tokens; expected at least 8 with model.length"
            + " 8");
  }

  @Test
  void whatIsRefusedForItsLengthLeavesNothingBehind() throws IOException {
    write("long.txt", "a text that is long enough\n");
    write("short.txt", "short\n");
    for (CorpusSpec refused :
        List.of(
            text("long.txt", "short.txt", Tokenizer.BYTES),
            text("short.txt", "long.txt", Tokenizer.BYTES),
            text("long.txt", null, Tokenizer.BYTES))) {
      assertThatThrownBy(() -> prepare(refused, 8)).isInstanceOf(BadInput.class);
      assertThat(store.list("corpora/")).isEmpty();
    }
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void textOfEqualDocumentsHasNothingToHoldOut() throws IOException {
    write("same.txt", "same\n\n".repeat(30));
    assertBad(
        text("same.txt", null, Tokenizer.BYTES),
        4,
        "corpus %s/same.txt: the training text has 0 tokens; expected at least 4 with model.length"
            + " 4");
  }

  @Test
  void requestWithoutTextOrSourceIsRefused() {
    var none = new CorpusSpec(null, null, Tokenizer.BYTES, DocumentSplit.FILE, "text", 0.1, null);
    assertBad(none, 4, "corpus.uri: missing; expected a uri, or a synthetic source");
  }

  private CorpusResult prepare(CorpusSpec spec, int length) throws IOException {
    return new CorpusPreparation(store, scratch, progress::add)
        .prepare(new CorpusRequest(spec, length, 5));
  }

  private void assertBad(CorpusSpec spec, int length, String message) {
    assertThatThrownBy(() -> prepare(spec, length))
        .isInstanceOf(BadInput.class)
        .hasMessage(message, folder);
  }

  private CorpusSpec text(String train, @Nullable String heldout, Tokenizer tokenizer) {
    return new CorpusSpec(
        folder.resolve(train).toString(),
        heldout == null ? null : folder.resolve(heldout).toString(),
        tokenizer,
        DocumentSplit.BLANK_LINE,
        "text",
        0.05,
        null);
  }

  private static CorpusSpec synthetic(SyntheticSource source) {
    return new CorpusSpec(null, null, Tokenizer.SYMBOLS, DocumentSplit.FILE, "text", 0.05, source);
  }

  private static int[] tokens(TokenSequence sequence) {
    int[] tokens = new int[(int) sequence.size()];
    sequence.copy(0, tokens, 0, tokens.length);
    return tokens;
  }

  private static int[] bytes(String... documents) {
    List<Integer> tokens = new ArrayList<>();
    for (String document : documents) {
      for (byte b : document.getBytes(StandardCharsets.UTF_8)) {
        tokens.add(b & 0xFF);
      }
      tokens.add(256);
    }
    return tokens.stream().mapToInt(Integer::intValue).toArray();
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }
}
