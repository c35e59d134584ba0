package dev.primeline.activities.evaluation;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.evaluation.EvaluationResult;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Evaluations in a store, each under the hash of what went in. */
final class KeptEvaluations {
  private static final Logger LOG = LoggerFactory.getLogger(KeptEvaluations.class);

  private final ArtifactStore store;

  KeptEvaluations(ArtifactStore store) {
    this.store = store;
  }

  /** The evaluation of these inputs; a damaged one is removed. */
  Optional<EvaluationResult> find(EvaluationInputs inputs) throws IOException {
    if (!store.exists(inputs.key())) {
      return Optional.empty();
    }
    byte[] json = store.read(inputs.key());
    try {
      StoredEvaluation stored = StoredEvaluation.fromJson(json);
      if (inputs.equals(stored.inputs())) {
        return Optional.of(result(stored, json, true));
      }
      LOG.warn("{} holds another evaluation's numbers and is made again", inputs.key());
    } catch (DamagedArtifactException e) {
      LOG.warn("{} is damaged and made again: {}", inputs.key(), e.getMessage());
    }
    store.delete(inputs.key());
    return Optional.empty();
  }

  /** The first of several equal attempts wins; the others return what it stored. */
  EvaluationResult keep(StoredEvaluation made) throws IOException {
    byte[] json = made.toJson();
    if (store.putIfAbsent(made.inputs().key(), json)) {
      return result(made, json, false);
    }
    byte[] theirs = store.read(made.inputs().key());
    return result(StoredEvaluation.fromJson(theirs), theirs, true);
  }

  private static EvaluationResult result(StoredEvaluation stored, byte[] json, boolean reused) {
    return new EvaluationResult(
        stored.scores(),
        stored.selfCheck(),
        new ArtifactRef(stored.inputs().key(), Hashes.sha256(json), json.length),
        reused);
  }
}
