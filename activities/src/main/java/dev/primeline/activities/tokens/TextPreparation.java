package dev.primeline.activities.tokens;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.Scratch;
import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.activities.corpus.DocumentHashes;
import dev.primeline.activities.corpus.DocumentSink;
import dev.primeline.activities.corpus.DropReason;
import dev.primeline.activities.corpus.Drops;
import dev.primeline.activities.corpus.Holdout;
import dev.primeline.activities.corpus.TextCorpus;
import dev.primeline.activities.corpus.TextRange;
import dev.primeline.workflows.experiment.CorpusSpec;
import dev.primeline.workflows.experiment.TokenizerFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The steps of preparing text. What each makes depends on its arguments alone, so any worker can
 * take any of them, in any order and again.
 */
final class TextPreparation {
  private final ArtifactStore store;
  private final CorpusSources sources;
  private final CorpusSizes sizes;
  private final PreparationProgress progress;

  TextPreparation(
      ArtifactStore store, CorpusSources sources, CorpusSizes sizes, PreparationProgress progress) {
    this.store = store;
    this.sources = sources;
    this.sizes = sizes;
    this.progress = progress;
  }

  /** How a text becomes tokens. */
  static TextTokenizer tokenizer(CorpusSpec spec, ArtifactStore store) throws IOException {
    TokenizerFile file = spec.tokenizerFile();
    return TextTokenizer.of(spec.tokenizer(), file == null ? null : file.found(), store);
  }

  /** Chooses the held-out text and cuts the corpus into ranges. */
  TextPlan plan(CorpusSpec spec, String hash, TextEntries entries) throws IOException {
    TextCorpus train = entries.trainCorpus(spec, sources);
    long rangeBytes = sizes.rangeBytes(entries.bytes());
    List<TextPlan.Range> ranges = new ArrayList<>();
    Holdout holdout = null;
    if (spec.heldout() == null) {
      progress.stage("choosing the held-out text");
      holdout =
          Holdout.choose(train, spec.heldoutFraction(), spec.skippable(), progress::bytesRead);
    } else {
      TextCorpus heldout = entries.heldoutCorpus(spec, sources);
      add(ranges, TextPlan.Side.HELDOUT, heldout.ranges(rangeBytes));
    }
    add(ranges, TextPlan.Side.TRAIN, train.ranges(rangeBytes));
    return new TextPlan(spec, hash, entries, holdout, ranges);
  }

  private static void add(List<TextPlan.Range> ranges, TextPlan.Side side, List<TextRange> more) {
    more.forEach(range -> ranges.add(new TextPlan.Range(side, range)));
  }

  /** Notes the hash of every document of a range in a file; gives the runs in it. */
  List<Integer> hashDocuments(TextPlan plan, int index, Path file) throws IOException {
    progress.stage("hashing the documents");
    try (DocumentHashes hashes = new DocumentHashes(file)) {
      read(plan, index, new Drops(plan.spec().skippable()), hashes);
      return hashes.finish();
    }
  }

  /**
   * Makes the token shards of a range, and stores all but the last of each side.
   *
   * @param duplicates indices of documents that repeat an earlier one
   * @param own a folder of this attempt; holds the last shards until they are stored
   */
  TokenizedRange tokenize(TextPlan plan, int index, BitSet duplicates, Scratch own)
      throws IOException {
    CorpusSpec spec = plan.spec();
    progress.stage("tokenizing");
    var drops = new Drops(spec.skippable());
    var samples = new TextSample.Choice();
    var encoder = new OrderedEncoder(tokenizer(spec, store), spec.separator());
    try (SplitWriter train = writer(plan, own.file("train-%d.shard".formatted(index)));
        SplitWriter heldout = writer(plan, own.file("heldout-%d.shard".formatted(index)))) {
      Holdout holdout = plan.holdout();
      DocumentSink toTrain =
          document -> {
            samples.see(document);
            encoder.add(document, train);
          };
      DocumentSink toHeldout = document -> encoder.add(document, heldout);
      boolean scored = plan.ranges().get(index).side() == TextPlan.Side.HELDOUT;
      int[] document = {0};
      read(
          plan,
          index,
          drops,
          text -> {
            if (duplicates.get(document[0]++)) {
              drops.count(DropReason.DUPLICATE);
            } else if (holdout != null) {
              holdout.route(text, toTrain, toHeldout);
            } else {
              (scored ? toHeldout : toTrain).accept(text);
            }
          });
      encoder.drain();
      train.end();
      heldout.end();
      return new TokenizedRange(train, heldout, drops, samples);
    }
  }

  private SplitWriter writer(TextPlan plan, Path file) {
    return new SplitWriter(
        store,
        "corpora/%s/shards/".formatted(plan.hash()),
        file,
        plan.spec().vocabularySize(),
        sizes.tokensPerShard(),
        progress);
  }

  private void read(TextPlan plan, int index, Drops drops, DocumentSink documents)
      throws IOException {
    TextPlan.Range range = plan.ranges().get(index);
    TextCorpus corpus =
        range.side() == TextPlan.Side.TRAIN
            ? plan.entries().trainCorpus(plan.spec(), sources)
            : plan.entries().heldoutCorpus(plan.spec(), sources);
    corpus.forEach(range.range(), drops, progress::bytesRead, documents);
  }
}
