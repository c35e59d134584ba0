package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import java.util.Objects;

/**
 * Makes an experiment a branch of another: its trainings begin from the other's checkpoints instead
 * of from fresh weights. Everything but {@code training} in the specification is the other's; the
 * learning rate there is the one at the branch's first step, see {@link BranchPoint#step}.
 *
 * @param run the other run
 * @param corpusHash of the text that both learn from
 * @param from a point for each family
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record BranchSpec(String run, String corpusHash, List<BranchPoint> from) {

  public BranchSpec {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(corpusHash, "corpusHash");
    from = List.copyOf(from);
  }

  /** The point of a family. */
  public BranchPoint of(Family family) {
    return from.stream()
        .filter(point -> point.family().equals(family.name()))
        .findFirst()
        .orElseThrow(() -> missing(family.name()));
  }

  private static BadInput missing(String family) {
    return new BadInput("branch.from: no checkpoint for %s, expected one".formatted(family));
  }
}
