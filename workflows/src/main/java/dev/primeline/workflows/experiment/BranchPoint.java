package dev.primeline.workflows.experiment;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.primeline.workflows.artifact.ArtifactRef;
import java.util.Objects;

/**
 * The checkpoint that a branch of a training begins from. Up to it the branch is its parent; from
 * its step on, the branch has settings of its own.
 *
 * @param family whose training it is
 * @param training hash of the training that both are branches of
 * @param step that the checkpoint holds: steps with this index and above are the branch's own
 * @param checkpoint its manifest
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record BranchPoint(String family, String training, long step, ArtifactRef checkpoint) {

  public BranchPoint {
    Objects.requireNonNull(family, "family");
    Objects.requireNonNull(training, "training");
    Objects.requireNonNull(checkpoint, "checkpoint");
  }
}
