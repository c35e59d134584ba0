package dev.primeline.activities.training;

/** Tokens per second over the last steps: time inside steps only, older steps fading out. */
final class Speed {

  private static final double FADING = 0.95;

  private long begun;
  private double seconds;
  private double tokens;

  void stepBegins() {
    begun = System.nanoTime();
  }

  void stepEnded(long stepTokens) {
    seconds = FADING * seconds + (System.nanoTime() - begun) / 1e9;
    tokens = FADING * tokens + stepTokens;
  }

  double tokensPerSecond() {
    return seconds > 0 ? tokens / seconds : 0;
  }
}
