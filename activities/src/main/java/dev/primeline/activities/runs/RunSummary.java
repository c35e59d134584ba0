package dev.primeline.activities.runs;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run as the store knows it.
 *
 * @param id its name, which is its workflow id
 * @param begun when, ISO 8601, UTC; null where that is not on record
 * @param preset that its specification started from
 * @param families each training of the run, in the specification's order
 * @param damage what of the record cannot be read, a sentence; empty when all can
 */
public record RunSummary(
    String id, @Nullable String begun, String preset, List<FamilyState> families, String damage) {

  public RunSummary {
    families = List.copyOf(families);
  }

  /** How far a family came. */
  public enum State {
    /** Nothing is committed. */
    NOT_BEGUN("not begun"),
    /** It has checkpoints, and not the last one. */
    BEGUN("begun"),
    /** Its last step is committed, and no result names it. */
    TRAINED("trained"),
    /** Its score is in the run's result. */
    DONE("done"),
    /** Its score is there, and a self-check says not to believe it. */
    ALARM("self-check failed");

    private final String words;

    State(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /**
   * A family of the run.
   *
   * @param family its name
   * @param training hash of its training; null before it began
   * @param branch of the training; null before it began
   * @param state how far it came
   * @param step highest committed step; 0 for none
   * @param steps to do in all
   * @param bound {@code "="} for an exact likelihood, {@code "<="} for a bound; null without a
   *     score
   * @param nelboNatsPerToken the score; null without one
   */
  public record FamilyState(
      String family,
      @Nullable String training,
      @Nullable String branch,
      State state,
      long step,
      long steps,
      @Nullable String bound,
      @Nullable Double nelboNatsPerToken) {}
}
