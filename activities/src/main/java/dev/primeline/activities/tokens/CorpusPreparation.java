package dev.primeline.activities.tokens;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.Scratch;
import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.activities.corpus.DuplicateSearch;
import dev.primeline.activities.corpus.FileEntry;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.corpus.CorpusRequest;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.CorpusSpec;
import dev.primeline.workflows.experiment.Duplicates;
import dev.primeline.workflows.experiment.SyntheticSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Turns text or a synthetic source into token shards in the store, once: the same input is found
 * again under its hash, verified and reused. All steps are taken here, one after the other; a
 * cluster takes the same ones in {@link CorpusRanges}, and both make the same bytes.
 */
public final class CorpusPreparation {
  private final ArtifactStore store;
  private final Path scratch;
  private final CorpusSources sources;
  private final PreparationProgress progress;
  private final CorpusSizes sizes;

  /**
   * Reads the caller's own files.
   *
   * @param store where corpora live
   * @param scratch an existing folder for one shard of each side at a time
   * @param listener hears of progress every few megabytes
   */
  public CorpusPreparation(ArtifactStore store, Path scratch, Consumer<CorpusProgress> listener) {
    this(store, scratch, CorpusSources.everywhere(), listener);
  }

  /**
   * Reads what it may.
   *
   * @param store where corpora live
   * @param scratch an existing folder for one shard of each side at a time
   * @param sources the files that a request may name
   * @param listener hears of progress every few megabytes
   */
  public CorpusPreparation(
      ArtifactStore store, Path scratch, CorpusSources sources, Consumer<CorpusProgress> listener) {
    this(store, scratch, sources, listener, CorpusSizes.STANDARD);
  }

  CorpusPreparation(
      ArtifactStore store,
      Path scratch,
      CorpusSources sources,
      Consumer<CorpusProgress> listener,
      CorpusSizes sizes) {
    this.store = store;
    this.scratch = scratch;
    this.sources = sources;
    this.progress = new PreparationProgress(listener);
    this.sizes = sizes;
  }

  /**
   * Makes the corpus or finds it.
   *
   * @throws BadInput when the text is at fault, or there is less than one window to learn from or
   *     two to score
   * @throws IOException when the store or the scratch folder is
   */
  public CorpusResult prepare(CorpusRequest request) throws IOException {
    CorpusSpec spec = request.corpus();
    String uri = spec.uri();
    SyntheticSource synthetic = spec.synthetic();
    CorpusResult result;
    if (uri != null) {
      result = prepare(request, TextFiles.list(spec, uri, sources));
    } else if (synthetic != null) {
      result = sample(request, new SyntheticInput(synthetic, request.seed(), request.length()));
    } else if (spec.airflow() != null) {
      throw new BadInput(
          "corpus.airflow: DAG %s is asked when a run begins, expected the text itself here (corpus.uri)"
              .formatted(spec.airflow().dag()));
    } else {
      throw new BadInput("corpus.uri: missing; expected a uri, or a synthetic source");
    }
    StoredCorpora.requireWindows(request, result.trainTokens(), result.heldoutTokens());
    return result;
  }

  /** Makes the corpus of files that were found, or finds it. */
  CorpusResult prepare(CorpusRequest request, TextFiles files) throws IOException {
    CorpusSpec spec = request.corpus();
    // Before any file is read: a tokenizer that is not there is known at once.
    TextPreparation.tokenizer(spec, store);
    progress.stage("hashing the input");
    List<List<FileEntry>> groups = new ArrayList<>();
    for (int group = 0; group < files.groups(sizes); group++) {
      groups.add(files.read(group, sizes, sources, progress::bytesRead));
    }
    TextEntries entries = files.entries(groups);
    String hash = entries.hash(spec, sources);
    StoredCorpora stored = new StoredCorpora(store, progress);
    Optional<CorpusResult> found = stored.find(hash);
    if (found.isPresent()) {
      return found.get();
    }
    var text = new TextPreparation(store, sources, sizes, progress);
    TextPlan plan = text.plan(spec, hash, entries);
    try (Scratch own = Scratch.in(scratch)) {
      return stored.commit(tokenize(request, text, plan, own).manifest(store, own));
    }
  }

  /** Last shards wait until there is enough text: one that is refused leaves nothing behind. */
  private CorpusSum tokenize(
      CorpusRequest request, TextPreparation text, TextPlan plan, Scratch own) throws IOException {
    List<BitSet> duplicates = duplicates(text, plan, own);
    CorpusSum counted = new CorpusSum(plan);
    CorpusSum sum = new CorpusSum(plan);
    List<TokenizedRange> waiting = new ArrayList<>();
    for (int i = 0; i < plan.ranges().size(); i++) {
      TokenizedRange range = text.tokenize(plan, i, duplicates.get(i), own);
      counted.add(range.counted());
      waiting.add(range);
      if (StoredCorpora.enough(request, counted.trainTokens(), counted.heldoutTokens())) {
        store(waiting, sum);
      }
    }
    counted.requireText(sources);
    StoredCorpora.requireWindows(request, counted.trainTokens(), counted.heldoutTokens());
    store(waiting, sum);
    return sum;
  }

  private static void store(List<TokenizedRange> waiting, CorpusSum sum) throws IOException {
    for (TokenizedRange range : waiting) {
      sum.add(range.store());
    }
    waiting.clear();
  }

  private static List<BitSet> duplicates(TextPreparation text, TextPlan plan, Scratch own)
      throws IOException {
    List<BitSet> duplicates = new ArrayList<>();
    if (plan.spec().duplicates() != Duplicates.DROP) {
      plan.ranges().forEach(range -> duplicates.add(new BitSet()));
      return duplicates;
    }
    List<DuplicateSearch.Range> ranges = new ArrayList<>();
    for (int i = 0; i < plan.ranges().size(); i++) {
      Path file = own.file("documents-%d".formatted(i));
      ranges.add(new DuplicateSearch.Range(file, text.hashDocuments(plan, i, file)));
    }
    return DocumentDuplicates.of(plan, ranges);
  }

  private CorpusResult sample(CorpusRequest request, SyntheticInput input) throws IOException {
    String hash =
        Hashes.key(Map.of("format", TextEntries.FORMAT_VERSION, "input", input.identity()));
    StoredCorpora stored = new StoredCorpora(store, progress);
    Optional<CorpusResult> found = stored.find(hash);
    if (found.isPresent()) {
      return found.get();
    }
    try (Scratch own = Scratch.in(scratch);
        SplitWriter train = writer(hash, own.file("train.shard"), input);
        SplitWriter heldout = writer(hash, own.file("heldout.shard"), input)) {
      progress.stage("sampling");
      input.write(train, heldout);
      train.end();
      heldout.end();
      StoredCorpora.requireWindows(
          request, train.counted().split().tokens(), heldout.counted().split().tokens());
      return stored.commit(input.manifest(hash, train.store(), heldout.store()));
    }
  }

  private SplitWriter writer(String hash, Path file, SyntheticInput input) {
    return new SplitWriter(
        store,
        "corpora/%s/shards/".formatted(hash),
        file,
        input.vocabularySize(),
        sizes.tokensPerShard(),
        progress);
  }
}
