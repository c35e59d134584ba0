package dev.primeline.activities.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import dev.primeline.activities.corpus.CorpusListing;
import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.activities.corpus.DropReason;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.corpus.CorpusBegun;
import dev.primeline.workflows.corpus.CorpusPlanRequest;
import dev.primeline.workflows.corpus.CorpusPlanned;
import dev.primeline.workflows.corpus.CorpusRequest;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.corpus.CorpusStep;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.CorpusSpec;
import dev.primeline.workflows.experiment.DocumentSplit;
import dev.primeline.workflows.experiment.Duplicates;
import dev.primeline.workflows.experiment.Normalization;
import dev.primeline.workflows.experiment.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusRangesTest {
  private static final CorpusSizes SMALL = new CorpusSizes(2000, 1000, 700, 500);

  @TempDir Path folder;
  private Path text;
  private Path scratch;

  @BeforeEach
  void open() throws IOException {
    text = Files.createDirectory(folder.resolve("text"));
    scratch = Files.createDirectory(folder.resolve("scratch"));
  }

  @Test
  void anyOrderAndAnyNumberOfTriesGiveTheManifestOfOneProcess() throws IOException {
    writeCorpus();
    CorpusSpec spec = spec(Duplicates.DROP, 5);
    FakeStore alone = store("alone");
    CorpusResult expected =
        new CorpusPreparation(alone, scratch, CorpusSources.everywhere(), p -> {}, SMALL)
            .prepare(request(spec));
    for (int seed = 1; seed <= 4; seed++) {
      FakeStore cluster = store("cluster-" + seed);
      CorpusResult result = fanOut(cluster, spec, new Random(seed));
      assertThat(result).isEqualTo(expected);
      assertThat(cluster.read(result.manifest().key()))
          .isEqualTo(alone.read(expected.manifest().key()));
      assertThat(PreparedCorpus.open(cluster, result.manifest()).facts().trainTokens())
          .isEqualTo(expected.trainTokens());
    }
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void howACorpusIsCutChangesNeitherItsTokensNorWhatIsCounted() throws IOException {
    writeCorpus();
    CorpusSpec spec = spec(Duplicates.DROP, 5);
    FakeStore cut = store("cut");
    FakeStore whole = store("whole");
    CorpusResult inRanges =
        new CorpusPreparation(cut, scratch, CorpusSources.everywhere(), p -> {}, SMALL)
            .prepare(request(spec));
    CorpusResult inOne = new CorpusPreparation(whole, scratch, p -> {}).prepare(request(spec));
    assertThat(inRanges.hash()).isEqualTo(inOne.hash());
    assertThat(tokens(PreparedCorpus.open(cut, inRanges.manifest()).train()))
        .isEqualTo(tokens(PreparedCorpus.open(whole, inOne.manifest()).train()));
    assertThat(tokens(PreparedCorpus.open(cut, inRanges.manifest()).heldout()))
        .isEqualTo(tokens(PreparedCorpus.open(whole, inOne.manifest()).heldout()));
    CorpusCard card = card(cut, inRanges);
    assertThat(card).isEqualTo(card(whole, inOne));
    // 300 texts twice in files of different kinds, 100 once; of the rest one line for each reason.
    assertThat(card.train().documents() + card.heldout().documents()).isEqualTo(400);
    assertThat(card.dropped())
        .isEqualTo(
            Map.of(
                DropReason.BLANK, 1L,
                DropReason.DUPLICATE, 300L,
                DropReason.INVALID_UTF8, 1L,
                DropReason.NUL_BYTE, 1L,
                DropReason.BROKEN_JSON, 1L,
                DropReason.NO_TEXT, 1L));
    assertThat(card.faults()).hasSize(3).first().asString().contains("b.jsonl:2: ");
    assertThat(card.sources()).hasSize(3);
    assertThat(card.samples()).hasSize(3);
    assertThat(card.train().lengths().stream().mapToLong(n -> n).sum())
        .isEqualTo(card.train().documents());
  }

  @Test
  void oneMoreFaultThanMayBeLeftOutEndsIt() throws IOException {
    writeCorpus();
    CorpusSpec spec = spec(null, 3);
    assertThatThrownBy(() -> fanOut(store("a"), spec, new Random(1)))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("4 documents are at fault (")
        .hasMessageContaining("invalid UTF-8: 1")
        .hasMessageContaining("corpus.skippable allows 3; such as: " + text + "/b.jsonl:");
    assertThatThrownBy(() -> fanOut(store("b"), spec(null, 0), new Random(1)))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("b.jsonl:2: not UTF-8 text: byte 0xff at byte ");
  }

  @Test
  void aRunThatWasKilledFindsTheRangesThatWereDone() throws IOException {
    writeCorpus();
    CorpusSpec spec = spec(null, 5);
    FakeStore store = store("a");
    CorpusPlanned first = planned(store, spec);
    List<CorpusProgress> heard = new ArrayList<>();
    ranges(store, heard).tokenize(new CorpusStep(Objects.requireNonNull(first.plan()), 0, null));
    assertThat(heard).extracting(CorpusProgress::stage).contains("tokenizing");
    heard.clear();

    CorpusPlanned second = planned(store, spec);
    assertThat(second.plan()).isEqualTo(first.plan());
    ranges(store, heard).tokenize(new CorpusStep(Objects.requireNonNull(second.plan()), 0, null));
    assertThat(heard).isEmpty();

    store.delete(
        store.list("corpora/").stream()
            .filter(key -> key.endsWith(".tokens"))
            .findFirst()
            .orElseThrow());
    ranges(store, heard).tokenize(new CorpusStep(second.plan(), 0, null));
    assertThat(heard).extracting(CorpusProgress::stage).contains("tokenizing");
  }

  @Test
  void aFileThatChangesBetweenTwoStepsIsRefused() throws IOException {
    writeCorpus();
    CorpusSpec spec = spec(null, 5);
    FakeStore store = store("a");
    CorpusPlanned planned = planned(store, spec);
    Path changed = text.resolve("b.jsonl");
    byte[] bytes = Files.readAllBytes(changed);
    bytes[bytes.length - 10] = (byte) (bytes[bytes.length - 10] ^ 1);
    Files.write(changed, bytes);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < planned.ranges(); i++) {
                ranges(store, new ArrayList<>())
                    .tokenize(new CorpusStep(Objects.requireNonNull(planned.plan()), i, null));
              }
            })
        .isInstanceOf(BadInput.class)
        .hasMessage(
            "corpus %s: changed while it was read; expected files that stay as they are", changed);
  }

  @Test
  void hundredThousandFilesAreSomeThousandSteps() {
    List<CorpusListing.Found> found =
        IntStream.range(0, 100_000)
            .mapToObj(i -> new CorpusListing.Found("/text/%06d.jsonl".formatted(i), 9 << 20, ""))
            .toList();
    CorpusSpec spec = spec(null, 0);
    TextFiles files = new TextFiles(spec, new CorpusListing(found), null);
    assertThat(files.groups(CorpusSizes.STANDARD)).isBetween(3000, 4096);
  }

  private void writeCorpus() throws IOException {
    var jsonl = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      // The same text in another spelling: the first letter composed, or a letter and its mark.
      jsonl.append("{\"text\": \"e\\u0301tude ").append(words(i)).append("\"}\n");
    }
    Files.write(text.resolve("a.jsonl.zst"), Zstd.compress(bytes(jsonl.toString())));
    var other = new StringBuilder();
    other.append("{\"text\": \"\\u00e9tude ").append(words(0)).append("\"}\n");
    other.append("#FF#\n{\"text\": \"  \"}\n{\"text\": \"#NUL#\"}\n{\"te\n{\"other\": 1}\n");
    for (int i = 1; i < 200; i++) {
      other.append("{\"text\": \"\\u00e9tude ").append(words(i)).append("\"}\n");
    }
    byte[] bytes = bytes(other.toString().replace("#FF#", "\u0001").replace("#NUL#", "\0"));
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = bytes[i] == 1 ? (byte) 0xff : bytes[i];
    }
    Files.write(text.resolve("b.jsonl"), bytes);
    Files.writeString(
        text.resolve("c.jsonl"),
        IntStream.range(200, 300)
            .mapToObj(i -> "{\"text\": \"\\u00e9tude " + words(i) + "\"}\n")
            .reduce("", String::concat));
  }

  private static String words(int i) {
    return "number %d of a text that goes on ".formatted(i) + "word ".repeat(i % 40);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private CorpusSpec spec(@Nullable Duplicates duplicates, long skippable) {
    return new CorpusSpec(
        text.toString(),
        null,
        Tokenizer.BYTES,
        DocumentSplit.BLANK_LINE,
        "text",
        0.1,
        null,
        null,
        null,
        null,
        Normalization.NFC,
        duplicates,
        skippable);
  }

  private static CorpusRequest request(CorpusSpec spec) {
    return new CorpusRequest(spec, 8, 0);
  }

  private FakeStore store(String name) {
    return new FakeStore(folder.resolve(name));
  }

  private CorpusRanges ranges(FakeStore store, List<CorpusProgress> heard) {
    return new CorpusRanges(store, scratch, CorpusSources.everywhere(), SMALL, heard::add);
  }

  private CorpusPlanned planned(FakeStore store, CorpusSpec spec) throws IOException {
    CorpusRanges ranges = ranges(store, new ArrayList<>());
    CorpusBegun begun = ranges.begin(request(spec));
    ArtifactRef files = Objects.requireNonNull(begun.files());
    for (int i = 0; i < begun.groups(); i++) {
      ranges.hashFiles(new CorpusStep(files, i, null));
    }
    return ranges.plan(new CorpusPlanRequest(files, request(spec)));
  }

  /** Every step by a worker of its own, in any order, some of them twice. */
  private CorpusResult fanOut(FakeStore store, CorpusSpec spec, Random random) throws IOException {
    CorpusPlanned planned = planned(store, spec);
    assertThat(planned.ranges()).isGreaterThan(5);
    ArtifactRef plan = Objects.requireNonNull(planned.plan());
    List<Integer> steps = new ArrayList<>();
    for (int i = 0; i < planned.ranges(); i++) {
      steps.add(i);
      if (random.nextInt(3) == 0) {
        steps.add(i);
      }
    }
    ArtifactRef duplicates = null;
    if (spec.duplicates() != null) {
      Collections.shuffle(steps, random);
      for (int i : steps) {
        ranges(store, new ArrayList<>()).hashDocuments(new CorpusStep(plan, i, null));
      }
      duplicates = ranges(store, new ArrayList<>()).findDuplicates(new CorpusStep(plan, 0, null));
    }
    Collections.shuffle(steps, random);
    for (int i : steps) {
      ranges(store, new ArrayList<>()).tokenize(new CorpusStep(plan, i, duplicates));
    }
    return ranges(store, new ArrayList<>()).commit(new CorpusPlanRequest(plan, request(spec)));
  }

  private static CorpusCard card(FakeStore store, CorpusResult result) throws IOException {
    ArtifactRef card = PreparedCorpus.readManifest(store, result.manifest()).card();
    return CorpusCard.read(store, Objects.requireNonNull(card));
  }

  private static int[] tokens(TokenSequence sequence) {
    int[] tokens = new int[(int) sequence.size()];
    sequence.copy(0, tokens, 0, tokens.length);
    return tokens;
  }
}
