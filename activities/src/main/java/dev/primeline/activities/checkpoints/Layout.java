package dev.primeline.activities.checkpoints;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a training keeps what.
 *
 * @param training its hash
 * @param branch of it
 */
record Layout(String training, String branch) {

  private static final Pattern COMMIT =
      Pattern.compile("step-(\\d{9,18})/manifest(?:-([1-9]\\d{0,3}))?\\.json");

  /**
   * One manifest of a step. A step has a second one, number 1, only when number 0 does not verify:
   * nothing that was committed is ever deleted or replaced, so nobody can withdraw what another
   * execution has just repaired.
   */
  record Commit(long step, int number, String key) {}

  String folder() {
    return "trainings/%s/%s/".formatted(training, branch);
  }

  /** The folder of all branches of this training. */
  String branches() {
    return "trainings/%s/".formatted(training);
  }

  /** Whether a key is one of the files that say what a branch is. */
  boolean describesBranch(String key) {
    return key.matches("trainings/[^/]+/[^/]+/[^/]+\\.json");
  }

  String specification() {
    return folder() + "spec.json";
  }

  String step(long step) {
    return folder() + "step-%09d/".formatted(step);
  }

  Commit commit(long step, int number) {
    String name = number == 0 ? "manifest.json" : "manifest-%d.json".formatted(number);
    return new Commit(step, number, step(step) + name);
  }

  String metrics(String attempt, int part) {
    return folder() + "metrics/%s/part-%05d.jsonl".formatted(attempt, part);
  }

  /** The commits among some keys: the highest step first, its first manifest first. */
  List<Commit> commits(List<String> keys) {
    return keys.stream()
        .map(this::commit)
        .flatMap(Optional::stream)
        .sorted(Comparator.comparingLong(Commit::step).reversed().thenComparingInt(Commit::number))
        .toList();
  }

  private Optional<Commit> commit(String key) {
    if (!key.startsWith(folder())) {
      return Optional.empty();
    }
    Matcher name = COMMIT.matcher(key.substring(folder().length()));
    if (!name.matches()) {
      return Optional.empty();
    }
    int number = name.group(2) == null ? 0 : Integer.parseInt(name.group(2));
    return Optional.of(new Commit(Long.parseLong(name.group(1)), number, key));
  }
}
