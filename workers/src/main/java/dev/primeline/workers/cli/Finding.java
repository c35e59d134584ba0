package dev.primeline.workers.cli;

/**
 * One thing that {@code doctor} looked at.
 *
 * @param verdict whether it is well
 * @param subject what it is
 * @param found what was found
 * @param advice what to change, one sentence; empty when nothing
 */
record Finding(Verdict verdict, String subject, String found, String advice) {

  /** How well it is. */
  enum Verdict {
    /** Nothing to change. */
    OK("ok"),
    /** Runs, but not as well as it could. */
    ADVICE("could be better"),
    /** Nothing will run. */
    PROBLEM("in the way");

    private final String words;

    Verdict(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  static Finding ok(String subject, String found) {
    return new Finding(Verdict.OK, subject, found, "");
  }

  static Finding advice(String subject, String found, String advice) {
    return new Finding(Verdict.ADVICE, subject, found, advice);
  }

  static Finding problem(String subject, String found, String advice) {
    return new Finding(Verdict.PROBLEM, subject, found, advice);
  }
}
