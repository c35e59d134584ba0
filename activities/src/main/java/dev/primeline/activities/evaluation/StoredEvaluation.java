package dev.primeline.activities.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.evaluation.EvaluationRequest;
import dev.primeline.workflows.evaluation.FamilyScores;
import dev.primeline.workflows.evaluation.SelfCheck;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The content of {@code evaluations/<hash>.json}: the scores, what they were taken from, and every
 * window's own bound, so that two evaluations can be compared window by window.
 *
 * @param inputs everything that decides the numbers
 * @param scores the set's numbers
 * @param selfCheck whether they may be believed
 * @param windows the scored windows, in the text's order
 * @param checksum SHA-256 of the JSON of all the others
 */
public record StoredEvaluation(
    EvaluationInputs inputs,
    FamilyScores scores,
    SelfCheck selfCheck,
    WindowTable windows,
    String checksum) {

  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  static StoredEvaluation of(
      EvaluationInputs inputs, FamilyScores scores, SelfCheck selfCheck, WindowTable windows) {
    String checksum = checksum(inputs, scores, selfCheck, windows);
    return new StoredEvaluation(inputs, scores, selfCheck, windows, checksum);
  }

  /**
   * The evaluation that a request led to, if it is in the store.
   *
   * @throws DamagedArtifactException when a byte of it has changed
   */
  public static Optional<StoredEvaluation> find(ArtifactStore store, EvaluationRequest request)
      throws IOException {
    String key = EvaluationInputs.of(request).key();
    return store.exists(key) ? Optional.of(fromJson(store.read(key))) : Optional.empty();
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws DamagedArtifactException when a byte of it has changed
   */
  public static StoredEvaluation fromJson(byte[] json) throws DamagedArtifactException {
    try {
      StoredEvaluation stored = JSON.readValue(json, StoredEvaluation.class);
      String checksum = checksum(stored.inputs, stored.scores, stored.selfCheck, stored.windows);
      if (checksum.equals(stored.checksum)) {
        return stored;
      }
    } catch (IOException e) {
      throw new DamagedArtifactException("an evaluation is no valid JSON: " + e.getMessage());
    }
    throw new DamagedArtifactException("an evaluation's content does not match its checksum");
  }

  /** One JSON object, UTF-8. */
  public byte[] toJson() {
    return write(this);
  }

  private static String checksum(@Nullable Object... parts) {
    return Hashes.sha256(write(parts));
  }

  private static byte[] write(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Each window's own numbers. Texts of more than 100,000 windows are stored as sums over runs of
   * neighbouring windows.
   *
   * @param run neighbouring windows per row; 1 unless the text is that long
   * @param tokens [rows] scored tokens
   * @param nelbo [rows] estimated bound, nats
   * @param clusters [rows] which rows vary together, for the text error
   */
  public record WindowTable(int run, int[] tokens, float[] nelbo, int[] clusters) {
    private static final int MOST_ROWS = 100_000;

    static WindowTable of(WindowScores scores, Clusters clusters) {
      int windows = scores.nelbo().length;
      int run = (windows - 1) / MOST_ROWS + 1;
      int rows = (windows - 1) / run + 1;
      int[] tokens = new int[rows];
      double[] nats = new double[rows];
      int[] ofRow = new int[rows];
      for (int w = windows - 1; w >= 0; w--) {
        tokens[w / run] += scores.tokens()[w];
        nats[w / run] += scores.nelbo()[w];
        ofRow[w / run] = clusters.ofWindow()[w];
      }
      float[] nelbo = new float[rows];
      for (int row = 0; row < rows; row++) {
        nelbo[row] = (float) nats[row];
      }
      return new WindowTable(run, tokens, nelbo, ofRow);
    }
  }
}
