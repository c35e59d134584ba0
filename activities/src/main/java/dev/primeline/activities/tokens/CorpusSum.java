package dev.primeline.activities.tokens;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.Scratch;
import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.activities.corpus.DropReason;
import dev.primeline.activities.corpus.Drops;
import dev.primeline.activities.corpus.FileEntry;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.CorpusSpec;
import dev.primeline.workflows.experiment.Datasets;
import dev.primeline.workflows.experiment.TokenizerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Adds up what the ranges of a text came to, in their order, and says what the whole is. */
final class CorpusSum {
  private final TextPlan plan;
  private final SplitPart.Sum train;
  private final SplitPart.Sum heldout;
  private final Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
  private List<TextSample> samples = List.of();
  private final List<String> faults = new ArrayList<>();

  CorpusSum(TextPlan plan) {
    this.plan = plan;
    this.train = new SplitPart.Sum(plan.spec().vocabularySize());
    this.heldout = new SplitPart.Sum(plan.spec().vocabularySize());
  }

  /** The next range. */
  void add(RangeTokens range) {
    train.add(range.train());
    heldout.add(range.heldout());
    range.dropped().forEach((reason, count) -> dropped.merge(reason, count, Long::sum));
    samples = TextSample.fewest(samples, range.samples());
    range.faults().stream().limit(Math.max(0, 3 - faults.size())).forEach(faults::add);
  }

  long trainTokens() {
    return train.tokens();
  }

  long heldoutTokens() {
    return heldout.tokens();
  }

  /**
   * Refuses a corpus without text on a side that has files of its own, and one in which more is at
   * fault than may be.
   */
  void requireText(CorpusSources sources) throws IOException {
    CorpusSpec spec = plan.spec();
    long faulty =
        dropped.entrySet().stream()
            .filter(entry -> Drops.isFault(entry.getKey()))
            .mapToLong(Map.Entry::getValue)
            .sum();
    Drops.requireFew(faulty, spec.skippable(), dropped, faults.isEmpty() ? "" : faults.get(0));
    boolean divided = spec.heldout() == null;
    plan.entries()
        .trainCorpus(spec, sources)
        .requireText(divided ? train.documents() + heldout.documents() : train.documents());
    if (!divided) {
      plan.entries().heldoutCorpus(spec, sources).requireText(heldout.documents());
    }
  }

  /**
   * Stores the card and gives the manifest.
   *
   * @throws BadInput when a shard has gone meanwhile
   */
  CorpusManifest manifest(ArtifactStore store, Scratch own) throws IOException {
    CorpusSpec spec = plan.spec();
    TokenBytes tokenBytes =
        TokenBytes.of(TextPreparation.tokenizer(spec, store), spec.vocabularySize());
    long heldoutBytes = tokenBytes.total(heldout.counts(), heldout.documents());
    long trainBytes = tokenBytes.total(train.counts(), train.documents());
    CorpusCard card = card(trainBytes, heldoutBytes);
    TokenizerFile file = spec.tokenizerFile();
    return new CorpusManifest(
        CorpusManifest.SCHEMA_VERSION,
        plan.hash(),
        spec.tokenizer(),
        spec.vocabularySize(),
        train.split(),
        heldout.split(),
        heldoutBytes,
        UnigramModel.crossEntropy(train.counts(), heldout.counts()),
        null,
        plan.entries().files(),
        plan.entries().bytes(),
        null,
        file == null ? null : file.found(),
        store(card, store, own));
  }

  private ArtifactRef store(CorpusCard card, ArtifactStore store, Scratch own) throws IOException {
    byte[] json = card.toJson();
    Path file = Files.write(own.file("card.json"), json);
    String key =
        "corpora/%s/shards/card-%s.json"
            .formatted(plan.hash(), Hashes.sha256(json).substring(0, 32));
    return store.put(key, file);
  }

  private CorpusCard card(long trainBytes, long heldoutBytes) {
    CorpusSpec spec = plan.spec();
    String dataset = spec.dataset();
    return new CorpusCard(
        CorpusCard.SCHEMA_VERSION,
        dataset,
        dataset == null ? null : Datasets.licence(dataset),
        spec.normalization(),
        spec.duplicates(),
        side(train, trainBytes),
        side(heldout, heldoutBytes),
        dropped,
        faults,
        samples.stream()
            .map(sample -> new CorpusCard.Sample(sample.source(), sample.text()))
            .toList(),
        Stream.concat(plan.entries().train().stream(), plan.entries().heldout().stream())
            .map(CorpusSum::source)
            .toList());
  }

  private static CorpusCard.Side side(SplitPart.Sum sum, long textBytes) {
    return new CorpusCard.Side(sum.documents(), sum.tokens(), textBytes, sum.lengths());
  }

  private static CorpusCard.Source source(FileEntry file) {
    return new CorpusCard.Source(file.name(), file.bytes(), file.sha256());
  }
}
