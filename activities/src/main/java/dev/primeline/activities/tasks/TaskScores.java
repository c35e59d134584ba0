package dev.primeline.activities.tasks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A model's score in a task.
 *
 * @param task its name
 * @param questions asked
 * @param acc share of questions whose right choice costs least; null for a task without a choice
 * @param accNorm the same with costs divided by characters; null likewise
 * @param accBytes the same with costs divided by bytes; null likewise
 * @param majority share of the commonest right answer: what a constant answer scores
 * @param random what guessing scores
 * @param perplexity exp of the mean cost of the right choice
 * @param bound {@code "="} when costs are exact, {@code "<="} when they are bounds
 * @param truncated questions whose context was too long for the model's window
 */
public record TaskScores(
    String task,
    int questions,
    @Nullable Share acc,
    @Nullable Share accNorm,
    @Nullable Share accBytes,
    double majority,
    double random,
    double perplexity,
    String bound,
    int truncated) {

  /**
   * A share of the questions.
   *
   * @param share in [0, 1]
   * @param standardError over questions, as the harness has it: sqrt(p (1 - p) / (N - 1)); null for
   *     a single question
   */
  public record Share(double share, @Nullable Double standardError) {

    static Share of(List<Answer> answers, Predicate<Answer> right) {
      int count = answers.size();
      double p = answers.stream().filter(right).count() / (double) count;
      return new Share(p, count < 2 ? null : Math.sqrt(p * (1 - p) / (count - 1)));
    }
  }

  static TaskScores of(Task task, List<Answer> answers, String bound) {
    Map<Integer, Integer> golds = new HashMap<>();
    answers.forEach(answer -> golds.merge(answer.gold(), 1, Integer::sum));
    int commonest = golds.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    boolean choice = answers.stream().anyMatch(answer -> answer.choices().size() > 1);
    double count = answers.size();
    return new TaskScores(
        task.label(),
        answers.size(),
        choice ? Share.of(answers, Answer::right) : null,
        choice ? Share.of(answers, Answer::rightPerCharacter) : null,
        choice ? Share.of(answers, Answer::rightPerByte) : null,
        commonest / count,
        answers.stream().mapToDouble(answer -> 1.0 / answer.choices().size()).sum() / count,
        Math.exp(answers.stream().mapToDouble(a -> a.choices().get(a.gold()).nats()).sum() / count),
        bound,
        (int) answers.stream().filter(answer -> answer.truncated() > 0).count());
  }
}
