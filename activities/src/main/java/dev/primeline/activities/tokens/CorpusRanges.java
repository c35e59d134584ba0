package dev.primeline.activities.tokens;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.artifacts.Scratch;
import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.activities.corpus.DuplicateSearch;
import dev.primeline.activities.corpus.FileEntry;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.corpus.CorpusBegun;
import dev.primeline.workflows.corpus.CorpusPlanRequest;
import dev.primeline.workflows.corpus.CorpusPlanned;
import dev.primeline.workflows.corpus.CorpusRequest;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.corpus.CorpusStep;
import dev.primeline.workflows.corpus.CorpusStepDone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The steps of a large corpus with what lies between them in the store. What a step found out is
 * written once, by whoever is first, under a name that its plan decides; a step that was done
 * before, by a run that was killed since, is found done.
 *
 * <pre>
 * corpora/preparations/ID/files.json            the files, before they are read
 * corpora/preparations/ID/group-00000.json      what a group of them was found to be
 * corpora/HASH/ranges/PLAN.json                 how the corpus is cut
 * corpora/HASH/ranges/PLAN-documents-00000.json which object holds the hashes of a range's documents
 * corpora/HASH/ranges/PLAN-tokens-00000.json    the shards of a range
 * </pre>
 *
 * No manifest names these: {@code primeline prune} removes them a day after.
 */
final class CorpusRanges {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ArtifactStore store;
  private final Path scratch;
  private final CorpusSources sources;
  private final CorpusSizes sizes;
  private final Consumer<CorpusProgress> listener;
  private final PreparationProgress progress;
  private final StoredCorpora stored;
  private final TextPreparation text;

  CorpusRanges(
      ArtifactStore store,
      Path scratch,
      CorpusSources sources,
      CorpusSizes sizes,
      Consumer<CorpusProgress> listener) {
    this.store = store;
    this.scratch = scratch;
    this.sources = sources;
    this.sizes = sizes;
    this.listener = listener;
    this.progress = new PreparationProgress(listener);
    this.stored = new StoredCorpora(store, progress);
    this.text = new TextPreparation(store, sources, sizes, progress);
  }

  private record Documents(ArtifactRef hashes, List<Integer> runs) {}

  CorpusBegun begin(CorpusRequest request) throws IOException {
    String uri = request.corpus().uri();
    var small = new CorpusPreparation(store, scratch, sources, listener, sizes);
    if (uri == null) {
      return new CorpusBegun(small.prepare(request), null, 0, 0);
    }
    progress.stage("looking for the text");
    TextFiles files = TextFiles.list(request.corpus(), uri, sources);
    if (sizes.small(files.bytes())) {
      return new CorpusBegun(small.prepare(request), null, 0, 0);
    }
    TextPreparation.tokenizer(request.corpus(), store);
    String key = "corpora/preparations/%s/files.json".formatted(UUID.randomUUID());
    return new CorpusBegun(null, put(key, files), files.groups(sizes), files.bytes());
  }

  CorpusStepDone hashFiles(CorpusStep step) throws IOException {
    TextFiles files = read(step.plan(), TextFiles.class);
    String key = groupKey(step.plan(), step.index());
    if (!store.exists(key)) {
      progress.stage("hashing the input");
      List<FileEntry> entries = files.read(step.index(), sizes, sources, progress::bytesRead);
      store.putIfAbsent(key, JSON.writeValueAsBytes(entries));
    }
    FileEntry[] entries = JSON.readValue(store.read(key), FileEntry[].class);
    return new CorpusStepDone(Arrays.stream(entries).mapToLong(FileEntry::bytes).sum(), 0);
  }

  CorpusPlanned plan(CorpusPlanRequest request) throws IOException {
    TextFiles files = read(request.of(), TextFiles.class);
    List<List<FileEntry>> groups = new ArrayList<>();
    for (int group = 0; group < files.groups(sizes); group++) {
      byte[] json = store.read(groupKey(request.of(), group));
      groups.add(List.of(JSON.readValue(json, FileEntry[].class)));
      progress.stage("planning");
    }
    TextEntries entries = files.entries(groups);
    String hash = entries.hash(files.spec(), sources);
    Optional<CorpusResult> found = stored.find(hash);
    if (found.isPresent()) {
      CorpusResult result = found.get();
      StoredCorpora.requireWindows(request.request(), result.trainTokens(), result.heldoutTokens());
      return new CorpusPlanned(result, null, 0, 0);
    }
    TextPlan plan = text.plan(files.spec(), hash, entries);
    String key = "corpora/%s/ranges/%s.json".formatted(hash, Hashes.key(plan));
    return new CorpusPlanned(null, put(key, plan), plan.ranges().size(), plan.bytes());
  }

  CorpusStepDone hashDocuments(CorpusStep step) throws IOException {
    TextPlan plan = read(step.plan(), TextPlan.class);
    String key = stepKey(step.plan(), "documents", step.index());
    if (!store.exists(key)) {
      try (Scratch own = Scratch.in(scratch)) {
        Path file = own.file("documents");
        List<Integer> runs = text.hashDocuments(plan, step.index(), file);
        String object = key.replaceFirst("\\.json$", "-" + UUID.randomUUID() + ".hashes");
        store.putIfAbsent(
            key, JSON.writeValueAsBytes(new Documents(store.put(object, file), runs)));
      }
    }
    return new CorpusStepDone(plan.ranges().get(step.index()).range().bytes(), 0);
  }

  ArtifactRef findDuplicates(CorpusStep step) throws IOException {
    TextPlan plan = read(step.plan(), TextPlan.class);
    progress.stage("looking for duplicates");
    List<DuplicateSearch.Range> ranges = new ArrayList<>();
    for (int i = 0; i < plan.ranges().size(); i++) {
      byte[] json = store.read(stepKey(step.plan(), "documents", i));
      Documents documents = JSON.readValue(json, Documents.class);
      ranges.add(new DuplicateSearch.Range(store.fetch(documents.hashes()), documents.runs()));
      progress.stage("looking for duplicates");
    }
    try (Scratch own = Scratch.in(scratch)) {
      Path file = own.file("duplicates");
      DocumentDuplicates.write(DocumentDuplicates.of(plan, ranges), file);
      String key = step.plan().key().replaceFirst("\\.json$", "-%s.duplicates");
      return store.put(key.formatted(UUID.randomUUID()), file);
    }
  }

  CorpusStepDone tokenize(CorpusStep step) throws IOException {
    TextPlan plan = read(step.plan(), TextPlan.class);
    String key = stepKey(step.plan(), "tokens", step.index());
    Optional<RangeTokens> done = done(key);
    if (done.isEmpty()) {
      ArtifactRef duplicates = step.duplicates();
      BitSet repeated =
          duplicates == null
              ? new BitSet()
              : DocumentDuplicates.read(store.fetch(duplicates), step.index());
      try (Scratch own = Scratch.in(scratch)) {
        RangeTokens made = text.tokenize(plan, step.index(), repeated, own).store();
        store.putIfAbsent(key, JSON.writeValueAsBytes(made));
        done = Optional.of(made);
      }
    }
    return new CorpusStepDone(plan.ranges().get(step.index()).range().bytes(), done.get().tokens());
  }

  /** What an earlier attempt made of a range, if all of it is still there. */
  private Optional<RangeTokens> done(String key) throws IOException {
    if (!store.exists(key)) {
      return Optional.empty();
    }
    RangeTokens made = JSON.readValue(store.read(key), RangeTokens.class);
    try {
      for (SplitPart part : List.of(made.train(), made.heldout())) {
        for (ArtifactRef shard : part.split().shards()) {
          var unused = store.fetch(shard);
        }
      }
      return Optional.of(made);
    } catch (NoSuchFileException | DamagedArtifactException e) {
      store.delete(key);
      return Optional.empty();
    }
  }

  CorpusResult commit(CorpusPlanRequest request) throws IOException {
    TextPlan plan = read(request.of(), TextPlan.class);
    progress.stage("adding up");
    CorpusSum sum = new CorpusSum(plan);
    for (int i = 0; i < plan.ranges().size(); i++) {
      byte[] json = store.read(stepKey(request.of(), "tokens", i));
      sum.add(JSON.readValue(json, RangeTokens.class));
      progress.stage("adding up");
    }
    sum.requireText(sources);
    StoredCorpora.requireWindows(request.request(), sum.trainTokens(), sum.heldoutTokens());
    try (Scratch own = Scratch.in(scratch)) {
      return stored.commit(sum.manifest(store, own));
    }
  }

  private static String groupKey(ArtifactRef files, int group) {
    return files.key().replace("files.json", "group-%05d.json".formatted(group));
  }

  private static String stepKey(ArtifactRef plan, String step, int index) {
    return plan.key().replaceFirst("\\.json$", "-%s-%05d.json".formatted(step, index));
  }

  private ArtifactRef put(String key, Object value) throws IOException {
    byte[] json = JSON.writeValueAsBytes(value);
    if (!store.putIfAbsent(key, json) && !Arrays.equals(store.read(key), json)) {
      throw new IOException(key + ": another object of this name, expected the same one");
    }
    return new ArtifactRef(key, Hashes.sha256(json), json.length);
  }

  private <T> T read(ArtifactRef ref, Class<T> type) throws IOException {
    try {
      return JSON.readValue(Files.readAllBytes(store.fetch(ref)), type);
    } catch (NoSuchFileException e) {
      throw new IOException(ref.key() + ": gone; the same command prepares the corpus anew", e);
    }
  }
}
