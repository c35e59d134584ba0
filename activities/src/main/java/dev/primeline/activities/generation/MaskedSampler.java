package dev.primeline.activities.generation;

import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.model.LogitSink;
import dev.primeline.activities.subtokens.PhiloxStream;
import dev.primeline.activities.subtokens.StreamPurpose;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The reverse process of METHOD section 6 over the linear grid t = 1, (T-1)/T, .., 0: from t to s
 * each masked digit is revealed with probability (t - s)/t. The digits that a token reveals in one
 * step are drawn together, different tokens independently: with temperature 1, no top-p and random
 * order that is the process whose bound is reported, up to what T steps lose.
 *
 * <p>Confidence order keeps the number of masked digits on the same line and reveals those of the
 * drawn digits first that were most probable.
 */
final class MaskedSampler {

  /** What is asked of a model. */
  @FunctionalInterface
  interface Predictor {
    /** Tells the sink of each position in turn. */
    void logits(Batch sequence, int[] positions, LogitSink sink);
  }

  private record Candidate(int position, int digit, int token, double confidence) {}

  private final Predictor model;
  private final HeadSampler head;
  private final SamplingSettings settings;

  MaskedSampler(Predictor model, HeadSampler head, SamplingSettings settings) {
    this.model = model;
    this.head = head;
    this.settings = settings;
  }

  /**
   * Reveals every masked digit.
   *
   * @param sample number of the text under one seed
   * @param watch shown the canvas after each step that changed it
   */
  void fill(Canvas canvas, int sample, Consumer<Canvas> watch) {
    int beginning = canvas.masked();
    for (int step = 0; step < settings.steps() && canvas.masked() > 0; step++) {
      long index = ((long) sample << 32) | step;
      PhiloxStream draws = new PhiloxStream(settings.seed(), StreamPurpose.GENERATION_DRAW, index);
      int left = settings.steps() - step;
      boolean changed =
          switch (settings.order()) {
            case RANDOM -> {
              PhiloxStream reveals =
                  new PhiloxStream(settings.seed(), StreamPurpose.GENERATION_REVEAL, index);
              yield reveal(canvas, groups(canvas, 1.0 / left, reveals), draws);
            }
            case CONFIDENCE -> {
              int keep = (int) ((long) beginning * (left - 1) / settings.steps());
              yield revealSurest(canvas, canvas.masked() - keep, draws);
            }
          };
      if (changed) {
        watch.accept(canvas);
      }
    }
  }

  /** The digits of each position that this step reveals. */
  private static int[] groups(Canvas canvas, double probability, PhiloxStream reveals) {
    int[] groups = new int[canvas.length()];
    for (int i = 0; i < groups.length; i++) {
      for (int mask = canvas.mask(i); mask != 0; mask &= mask - 1) {
        if (reveals.uniform() < probability) {
          groups[i] |= Integer.lowestOneBit(mask);
        }
      }
    }
    return groups;
  }

  private boolean reveal(Canvas canvas, int[] groups, PhiloxStream draws) {
    int[] positions = IntStream.range(0, groups.length).filter(i -> groups[i] != 0).toArray();
    if (positions.length == 0) {
      return false;
    }
    model.logits(
        canvas.batch(),
        positions,
        (i, logits) ->
            canvas.reveal(
                i,
                head.draw(logits, canvas.token(i), canvas.mask(i), groups[i], draws::uniform),
                groups[i]));
    return true;
  }

  private boolean revealSurest(Canvas canvas, int count, PhiloxStream draws) {
    if (count == 0) {
      return false;
    }
    int[] positions =
        IntStream.range(0, canvas.length()).filter(i -> canvas.mask(i) != 0).toArray();
    List<Candidate> candidates = new ArrayList<>();
    model.logits(
        canvas.batch(),
        positions,
        (i, logits) -> {
          int mask = canvas.mask(i);
          int token = head.draw(logits, canvas.token(i), mask, mask, draws::uniform);
          double[] confidence = head.confidence(logits, canvas.token(i), mask, token);
          for (int j = 0; j < confidence.length; j++) {
            if ((mask >>> j & 1) != 0) {
              candidates.add(new Candidate(i, j, token, confidence[j]));
            }
          }
        });
    // The sort is stable: of equally sure digits the earlier ones come first.
    candidates.sort(Comparator.comparingDouble(candidate -> -candidate.confidence()));
    for (Candidate candidate : candidates.subList(0, count)) {
      canvas.reveal(candidate.position(), candidate.token(), 1 << candidate.digit());
    }
    return true;
  }
}
