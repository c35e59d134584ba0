package dev.primeline.activities.tasks;

import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.batches.Continuations;
import dev.primeline.activities.model.Denoiser;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.Family;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Prices the choices of questions (METHOD section 8): each by the exact-count bound of the choice
 * given the context, which is revealed; the masks come from one fixed table, in which all choices
 * of a question share the entry. The setting is the same for every task and every model.
 *
 * <p>The window is the separator, the context and the choice, nothing else. A context that is too
 * long loses its beginning. Text is cut into tokens as the harness does it: context and choice
 * together, less the context's own number of tokens, and blanks at the context's end belong to the
 * choice.
 */
public final class MultipleChoice {
  /** The table of every score of a task that this project has ever reported. */
  private static final long TABLE = 0x7461736b73616c6cL;

  private final Denoiser model;
  private final Family family;
  private final Function<String, int[]> tokens;
  private final int separator;
  private final int window;
  private final int draws;

  /**
   * @param tokens of a text
   * @param window the longest text that the model reads, in tokens
   * @param draws mask draws per choice; without effect on ARM
   */
  public MultipleChoice(
      Denoiser model,
      Family family,
      Function<String, int[]> tokens,
      int separator,
      int window,
      int draws) {
    if (draws < 1) {
      throw new BadInput("draws: %d, expected at least 1".formatted(draws));
    }
    this.model = model;
    this.family = family;
    this.tokens = tokens;
    this.separator = separator;
    this.window = window;
    this.draws = draws;
  }

  /** {@code "="} when the costs are exact, {@code "<="} when they are bounds. */
  public String bound() {
    return family.autoregressive() ? "=" : "<=";
  }

  /**
   * Prices one question.
   *
   * @param number of the question, which decides its masks
   * @throws BadInput when a choice is longer than the window, or costs no number; one sentence
   */
  public Answer answer(int number, Question question) {
    List<PricedChoice> priced = new ArrayList<>();
    int truncated = 0;
    for (int c = 0; c < question.choices().size(); c++) {
      String choice = question.choices().get(c);
      String context = question.context().stripTrailing();
      String rest = question.context().substring(context.length()) + " " + choice;
      int known = context.isEmpty() ? 0 : tokens.apply(context).length;
      int[] whole = tokens.apply(context + rest);
      int[] scored = Arrays.copyOfRange(whole, Math.min(known, whole.length), whole.length);
      if (scored.length < 1 || scored.length > window) {
        throw new BadInput(
            "%s: choice %d has %d tokens, expected between 1 and the %d of the model's window"
                .formatted(question.place(), c + 1, scored.length, window));
      }
      int from = Math.max(0, whole.length - window);
      truncated = Math.max(truncated, from);
      int[] before = Arrays.copyOfRange(whole, from, whole.length - scored.length);
      priced.add(
          new PricedChoice(
              nats(number, question, before, scored),
              scored.length,
              choice.codePointCount(0, choice.length()),
              choice.getBytes(StandardCharsets.UTF_8).length));
    }
    return new Answer(number, question.place(), question.gold(), truncated, priced);
  }

  private double nats(int number, Question question, int[] context, int[] choice) {
    Batch batch = Continuations.batch(separator, context, choice, family, number, draws, TABLE);
    double[] costs = model.costs(batch).marginal();
    double nats = 0;
    for (int row = 0; row < costs.length; row++) {
      nats += batch.weights()[row] * costs[row] / costs.length;
    }
    if (!Double.isFinite(nats)) {
      throw new BadInput(
          "%s: a choice costs %s nats, expected a finite number: the weights have diverged"
              .formatted(question.place(), nats));
    }
    return nats;
  }
}
