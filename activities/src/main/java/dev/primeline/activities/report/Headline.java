package dev.primeline.activities.report;

import dev.primeline.activities.report.RunResult.FamilyResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What a run found, in plain sentences that claim no more than the numbers carry. */
final class Headline {

  /** Of a normal distribution, 95 % lies within so many standard errors. */
  static final double WITHIN = 1.96;

  private Headline() {}

  /** The finding, then what it rests on. */
  static List<String> sentences(RunResult result) {
    List<FamilyResult> ranked =
        result.families().stream()
            .filter(family -> Double.isFinite(family.nelboNatsPerToken()))
            .sorted(Comparator.comparingDouble(FamilyResult::nelboNatsPerToken))
            .toList();
    List<String> sentences = new ArrayList<>();
    if (result.alarm().fired()) {
      sentences.add(
          "No family is called best: the self-check fired, so the scores decide nothing.");
      return sentences;
    }
    if (ranked.isEmpty()) {
      sentences.add("No family has a finite score.");
      return sentences;
    }
    FamilyResult best = ranked.get(0);
    sentences.add(
        "%s %s: %s%s nats per token (%s), perplexity %s."
            .formatted(
                best.name(),
                ranked.size() > 1 ? "scored best" : "scored",
                exact(best) ? "" : "at most ",
                Numbers.nats(best.nelboNatsPerToken()),
                quality(best),
                Numbers.perplexity(best.perplexity())));
    sentences.add(againstLevels(best, result));
    if (ranked.size() > 1) {
      sentences.add(gap(best, ranked.get(1)));
      if (ranked.stream().map(FamilyResult::bound).distinct().count() > 1) {
        sentences.add(
            "A family marked = has an exact likelihood, one marked ≤ an upper bound on it: a larger"
                + " bound alone does not show a worse likelihood.");
      }
    }
    return sentences;
  }

  private static String sign(FamilyResult family) {
    return exact(family) ? "=" : "≤";
  }

  /** A number with its sign, or a dash alone. */
  static String signed(FamilyResult family, String number) {
    return number.equals(Numbers.NONE) ? number : sign(family) + " " + number;
  }

  private static boolean exact(FamilyResult family) {
    return family.bound().equals("=");
  }

  private static String quality(FamilyResult family) {
    String error =
        Double.isFinite(family.standardError())
            ? "standard error " + Numbers.nats(family.standardError())
            : "standard error unknown";
    return (exact(family) ? "exact; " : "an upper bound; ") + error;
  }

  private static String againstLevels(FamilyResult best, RunResult result) {
    double nelbo = best.nelboNatsPerToken();
    double unigram = result.unigramNatsPerToken();
    String below =
        nelbo < unigram
            ? "%s nats below the unigram's %s"
                .formatted(Numbers.nats(unigram - nelbo), Numbers.nats(unigram))
            : "not below the unigram's %s: it knows no more than token counts"
                .formatted(Numbers.nats(unigram));
    Double entropy = result.sourceEntropyNatsPerToken();
    if (entropy == null || !Double.isFinite(entropy)) {
      return "That is %s.".formatted(below);
    }
    return "That is %s nats %s the source's true entropy of %s (%s times it), and %s."
        .formatted(
            Numbers.nats(Math.abs(nelbo - entropy)),
            nelbo >= entropy ? "above" : "below",
            Numbers.nats(entropy),
            Numbers.decimals(nelbo / entropy, 3),
            below);
  }

  private static String gap(FamilyResult best, FamilyResult next) {
    double gap = next.nelboNatsPerToken() - best.nelboNatsPerToken();
    double error = Math.hypot(best.standardError(), next.standardError());
    String lead = "The next, %s, is %s nats behind".formatted(next.name(), Numbers.nats(gap));
    if (!Double.isFinite(error)) {
      return lead + "; without standard errors nothing says whether that is chance.";
    }
    return "%s; the unpaired standard error of that difference is %s, so %s. "
            .formatted(
                lead,
                Numbers.nats(error),
                gap > WITHIN * error
                    ? "it is more than chance on this text"
                    : "these errors do not tell the two apart")
        + "All families scored the same tokens, and a paired error would usually be smaller.";
  }
}
