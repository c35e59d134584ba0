package dev.primeline.activities.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A training went on under another fingerprint: with the same data, masks and global batch, but not
 * to the same last bits.
 *
 * @param step from which on
 * @param what of the fingerprint
 * @param was before
 * @param now after
 */
public record NumericsChange(long step, String what, String was, String now) {

  /** What differs between two fingerprints, by name. */
  static List<NumericsChange> between(
      long step, Map<String, String> then, Map<String, String> now) {
    TreeSet<String> names = new TreeSet<>(then.keySet());
    names.addAll(now.keySet());
    List<NumericsChange> changes = new ArrayList<>();
    for (String name : names) {
      String before = then.getOrDefault(name, "unknown");
      String after = now.getOrDefault(name, "unknown");
      if (!before.equals(after)) {
        changes.add(new NumericsChange(step, name, before, after));
      }
    }
    return changes;
  }
}
