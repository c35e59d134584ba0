package dev.primeline.activities.generation;

import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.model.LogitSink;
import dev.primeline.activities.subtokens.AgreeingTokens;
import dev.primeline.activities.subtokens.SubTokenizer;
import dev.primeline.workflows.experiment.Head;
import java.util.SplittableRandom;

/**
 * A known distribution over all texts of three tokens, and its exact posteriors as a model that
 * cannot be better: a text's number has the tokens as its digits.
 */
record ToyText(double[] probabilities, SubTokenizer codes, Head head) {
  static final int LENGTH = 3;

  static ToyText of(SubTokenizer codes, Head head) {
    SplittableRandom random = new SplittableRandom(5);
    double[] p = new double[(int) Math.pow(codes.vocabularySize(), LENGTH)];
    double sum = 0;
    for (int x = 0; x < p.length; x++) {
      p[x] = Math.pow(-Math.log(1 - random.nextDouble()), 3) + 1e-3;
      sum += p[x];
    }
    for (int x = 0; x < p.length; x++) {
      p[x] /= sum;
    }
    return new ToyText(p, codes, head);
  }

  int token(int text, int position) {
    int v = codes.vocabularySize();
    return text / (int) Math.pow(v, LENGTH - 1.0 - position) % v;
  }

  int number(int[] tokens) {
    int text = 0;
    for (int token : tokens) {
      text = text * codes.vocabularySize() + token;
    }
    return text;
  }

  HeadSampler sampler(Draw draw) {
    AgreeingTokens tokens = new AgreeingTokens(codes);
    return head == Head.TOKEN
        ? new TokenHeadSampler(tokens, draw)
        : new SubTokenHeadSampler(tokens, codes.base(), draw);
  }

  void logits(Batch batch, int[] positions, LogitSink sink) {
    for (int position : positions) {
      double[] mass = new double[codes.vocabularySize()];
      for (int text = 0; text < probabilities.length; text++) {
        if (agrees(text, batch)) {
          mass[token(text, position)] += probabilities[text];
        }
      }
      sink.accept(position, head == Head.TOKEN ? ofTokens(mass) : ofDigits(mass));
    }
  }

  private boolean agrees(int text, Batch batch) {
    for (int i = 0; i < LENGTH; i++) {
      for (int j = 0; j < codes.ell(); j++) {
        boolean revealed = (batch.masks()[i] >>> j & 1) == 0;
        if (revealed && codes.digit(token(text, i), j) != codes.digit(batch.tokens()[i + 1], j)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Log of the mass; what carry-over must exclude gets a large logit. */
  private static float[] ofTokens(double[] mass) {
    float[] logits = new float[mass.length];
    for (int v = 0; v < mass.length; v++) {
      logits[v] = mass[v] > 0 ? (float) Math.log(mass[v]) : 50;
    }
    return logits;
  }

  private float[] ofDigits(double[] mass) {
    int values = codes.base();
    float[] logits = new float[codes.ell() * (values - 1)];
    for (int j = 0; j < codes.ell(); j++) {
      double[] ofValue = new double[values];
      for (int v = 0; v < mass.length; v++) {
        ofValue[codes.digit(v, j)] += mass[v];
      }
      for (int d = 1; d < values; d++) {
        logits[j * (values - 1) + d - 1] =
            (float) (Math.log(ofValue[d] + 1e-30) - Math.log(ofValue[0] + 1e-30));
      }
    }
    return logits;
  }
}
