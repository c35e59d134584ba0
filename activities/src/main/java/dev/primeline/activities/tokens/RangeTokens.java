package dev.primeline.activities.tokens;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.activities.corpus.DropReason;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What became of a range of a corpus.
 *
 * @param train to learn from
 * @param heldout to score
 * @param dropped documents that are left out
 * @param faults what was wrong with the first ones that were at fault
 * @param samples of the training text
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record RangeTokens(
    SplitPart train,
    SplitPart heldout,
    Map<DropReason, Long> dropped,
    List<String> faults,
    List<TextSample> samples) {

  RangeTokens {
    // In the order of the reasons, wherever it comes from: the bytes of a manifest depend on it.
    Map<DropReason, Long> ordered = new EnumMap<>(DropReason.class);
    ordered.putAll(dropped);
    dropped = ordered;
    faults = List.copyOf(faults);
    samples = List.copyOf(samples);
  }

  long tokens() {
    return train.split().tokens() + heldout.split().tokens();
  }
}
