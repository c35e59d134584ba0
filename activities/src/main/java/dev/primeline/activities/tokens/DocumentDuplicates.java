package dev.primeline.activities.tokens;

import dev.primeline.activities.corpus.DuplicateSearch;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Which documents of a corpus repeat an earlier one, range by range. The two corpora of a plan are
 * looked at apart from each other: what is scored is not thinned by what is learnt from.
 */
final class DocumentDuplicates {

  private DocumentDuplicates() {}

  /** The indices of such documents in each range of the plan. */
  static List<BitSet> of(TextPlan plan, List<DuplicateSearch.Range> ranges) throws IOException {
    List<BitSet> duplicates = new ArrayList<>();
    int scored =
        (int) plan.ranges().stream().filter(range -> range.side() == TextPlan.Side.HELDOUT).count();
    duplicates.addAll(DuplicateSearch.among(ranges.subList(0, scored)));
    duplicates.addAll(DuplicateSearch.among(ranges.subList(scored, ranges.size())));
    return duplicates;
  }

  /** Writes them to a file: of each range the number of bytes, and its bits. */
  static void write(List<BitSet> duplicates, Path file) throws IOException {
    try (var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      for (BitSet range : duplicates) {
        byte[] bits = range.toByteArray();
        out.writeInt(bits.length);
        out.write(bits);
      }
    }
  }

  /** Those of one range. */
  static BitSet read(Path file, int range) throws IOException {
    try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      for (int i = 0; i < range; i++) {
        in.skipNBytes(in.readInt());
      }
      return BitSet.valueOf(in.readNBytes(in.readInt()));
    }
  }
}
