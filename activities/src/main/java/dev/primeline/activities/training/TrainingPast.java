package dev.primeline.activities.training;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a training remembers of its way. It follows from the steps taken alone, never from where the
 * training was interrupted, so a resumed training remembers the same as an undisturbed one.
 *
 * @param losses of the last {@value #REMEMBERED} steps, oldest first
 * @param skipped batches passed over, in order
 * @param changes of the fingerprint on the way, oldest first
 */
public record TrainingPast(
    List<Double> losses, List<SkippedBatch> skipped, List<NumericsChange> changes) {

  /** Of a training that has not begun. */
  public static final TrainingPast NONE = new TrainingPast(List.of(), List.of(), List.of());

  static final int REMEMBERED = 64;

  public TrainingPast(
      @Nullable List<Double> losses,
      @Nullable List<SkippedBatch> skipped,
      @Nullable List<NumericsChange> changes) {
    this.losses = losses == null ? List.of() : List.copyOf(losses);
    this.skipped = skipped == null ? List.of() : List.copyOf(skipped);
    this.changes = changes == null ? List.of() : List.copyOf(changes);
  }

  /** The batch that a step takes: the step's own number, moved up by what was passed over. */
  long batchOf(long step) {
    long batch = step;
    for (SkippedBatch each : skipped) {
      if (each.batch() <= batch) {
        batch++;
      }
    }
    return batch;
  }

  /** How many of the batches passed over were met in the so many steps before this one. */
  long skippedSince(long step, long steps) {
    return skipped.stream().filter(each -> each.step() > step - steps).count();
  }

  /** What it is when so many steps are done: a rollback may know more. */
  TrainingPast at(long step) {
    return withSkipped(skipped.stream().filter(each -> each.step() < step).toList());
  }

  TrainingPast after(double loss) {
    List<Double> last = new ArrayList<>(losses);
    last.add(loss);
    return new TrainingPast(
        last.subList(Math.max(0, last.size() - REMEMBERED), last.size()), skipped, changes);
  }

  TrainingPast without(SkippedBatch batch) {
    List<SkippedBatch> all = new ArrayList<>(skipped);
    all.add(batch);
    all.sort(Comparator.comparingLong(SkippedBatch::batch));
    return withSkipped(all);
  }

  TrainingPast withSkipped(List<SkippedBatch> all) {
    return new TrainingPast(losses, all, changes);
  }

  TrainingPast with(List<NumericsChange> further) {
    List<NumericsChange> all = new ArrayList<>(changes);
    all.addAll(further);
    return new TrainingPast(losses, skipped, all);
  }
}
