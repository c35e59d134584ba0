package dev.primeline.activities.tokens;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.activities.corpus.CorpusListing;
import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.activities.corpus.FileEntry;
import dev.primeline.workflows.experiment.CorpusSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The files of a corpus before they are read, in groups that can be read one by one.
 *
 * @param spec what was asked for
 * @param train to learn from, or to divide
 * @param heldout to score; null when that is a part of the others
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record TextFiles(CorpusSpec spec, CorpusListing train, @Nullable CorpusListing heldout) {

  static TextFiles list(CorpusSpec spec, String uri, CorpusSources sources) throws IOException {
    String heldout = spec.heldout();
    return new TextFiles(
        spec,
        CorpusListing.of(uri, sources),
        heldout == null ? null : CorpusListing.of(heldout, sources));
  }

  long bytes() {
    return train.bytes() + (heldout == null ? 0 : heldout.bytes());
  }

  /** Number of groups; those of the training text come first. */
  int groups(CorpusSizes sizes) {
    return trainGroups(sizes) + (heldout == null ? 0 : groups(heldout, sizes).size());
  }

  private int trainGroups(CorpusSizes sizes) {
    return groups(train, sizes).size();
  }

  private List<Integer> groups(CorpusListing listing, CorpusSizes sizes) {
    return listing.groups(sizes.rangeBytes(bytes()));
  }

  /** Reads the files of a group through. */
  List<FileEntry> read(int group, CorpusSizes sizes, CorpusSources sources, LongConsumer bytesRead)
      throws IOException {
    int inTrain = trainGroups(sizes);
    CorpusListing listing = group < inTrain || heldout == null ? train : heldout;
    List<Integer> firsts = groups(listing, sizes);
    int index = group < inTrain ? group : group - inTrain;
    int to = index + 1 < firsts.size() ? firsts.get(index + 1) : listing.files().size();
    return listing.read(
        firsts.get(index), to, sources, spec.split(), sizes.stretchBytes(), bytesRead);
  }

  /** The files again, as they were found to be: those to learn from, and those to score. */
  TextEntries entries(List<List<FileEntry>> groups) {
    List<FileEntry> all = new ArrayList<>();
    groups.forEach(all::addAll);
    int inTrain = train.files().size();
    return new TextEntries(all.subList(0, inTrain), all.subList(inTrain, all.size()));
  }
}
