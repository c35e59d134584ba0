package dev.primeline.activities.tokens;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.activities.corpus.CorpusSources;
import dev.primeline.activities.corpus.FileEntry;
import dev.primeline.activities.corpus.TextCorpus;
import dev.primeline.activities.corpus.TextRules;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.CorpusSpec;
import dev.primeline.workflows.experiment.TokenizerFile;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The files of a corpus as they were read.
 *
 * @param train to learn from, or to divide
 * @param heldout to score; none when that is a part of the others
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record TextEntries(List<FileEntry> train, List<FileEntry> heldout) {
  /** Part of every hash: raise it when the same input would give other tokens. */
  static final int FORMAT_VERSION = 1;

  TextEntries {
    train = List.copyOf(train);
    heldout = List.copyOf(heldout);
  }

  TextCorpus trainCorpus(CorpusSpec spec, CorpusSources sources) throws IOException {
    return TextCorpus.of(Objects.requireNonNull(spec.uri()), train, sources, rules(spec));
  }

  TextCorpus heldoutCorpus(CorpusSpec spec, CorpusSources sources) throws IOException {
    return TextCorpus.of(Objects.requireNonNull(spec.heldout()), heldout, sources, rules(spec));
  }

  private static TextRules rules(CorpusSpec spec) {
    return new TextRules(spec.split(), spec.textField(), spec.normalization());
  }

  /**
   * The hash of everything that decides the tokens. What is off is no part of it, so that corpora
   * of earlier versions are found.
   */
  String hash(CorpusSpec spec, CorpusSources sources) throws IOException {
    Map<String, Object> identity = new LinkedHashMap<>();
    identity.put("tokenizer", spec.tokenizer());
    TokenizerFile file = spec.tokenizerFile();
    if (file != null && file.found() != null) {
      identity.put(
          "tokenizerFile", List.of(file.found().file().sha256(), file.found().separator()));
    }
    identity.put("split", spec.split());
    identity.put("textField", spec.textField());
    identity.put("train", trainCorpus(spec, sources).fingerprint());
    if (spec.heldout() == null) {
      identity.put("heldoutFraction", spec.heldoutFraction());
    } else {
      identity.put("heldout", heldoutCorpus(spec, sources).fingerprint());
    }
    if (spec.normalization() != null) {
      identity.put("normalization", spec.normalization());
    }
    if (spec.duplicates() != null) {
      identity.put("duplicates", spec.duplicates());
    }
    if (spec.skippable() > 0) {
      identity.put("skippable", spec.skippable());
    }
    return Hashes.key(Map.of("format", FORMAT_VERSION, "input", identity));
  }

  int files() {
    return train.size() + heldout.size();
  }

  long bytes() {
    return train.stream().mapToLong(FileEntry::bytes).sum()
        + heldout.stream().mapToLong(FileEntry::bytes).sum();
  }
}
