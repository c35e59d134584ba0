package dev.primeline.activities.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.model.Denoiser;
import dev.primeline.workflows.artifact.Hashes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers what each forward pass of an evaluation found, so that an evaluation that was killed
 * goes on where it was. The passes of an evaluation are always the same, in the same order: those
 * that a killed one wrote are not computed but read, and all sums over them are the very same.
 *
 * <p>They lie in the store in parts {@code <folder>passes-00000.json}, each written once. Where two
 * attempts meet, the first to write a part wins and the other writes no more. A damaged part ends
 * what is remembered.
 */
final class PassLog {
  private static final Logger LOG = LoggerFactory.getLogger(PassLog.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ArtifactStore store;
  private final String folder;
  private final long patience;
  private final List<Pass> known = new ArrayList<>();
  private List<Pass> unwritten = new ArrayList<>();
  private int passes;
  private int parts;
  private boolean writing = true;
  private long written = System.nanoTime();

  /**
   * A forward pass.
   *
   * @param asked hash of tokens and masks
   */
  private record Pass(int asked, double[] marginal, double[] joint) {}

  private record Part(List<Pass> passes, String checksum) {}

  /**
   * What an earlier attempt left, if any.
   *
   * @param folder ends in a slash
   * @param every how often a part is written
   */
  PassLog(ArtifactStore store, String folder, Duration every) throws IOException {
    this.store = store;
    this.folder = folder;
    this.patience = every.toNanos();
    while (store.exists(key(parts))) {
      try {
        Part part = JSON.readValue(store.read(key(parts)), Part.class);
        if (!checksum(part.passes).equals(part.checksum)) {
          throw new IOException("its content does not match its checksum");
        }
        known.addAll(part.passes);
        parts++;
      } catch (IOException e) {
        LOG.warn("{} is damaged, its passes are made again: {}", key(parts), e.getMessage());
        store.delete(key(parts));
        break;
      }
    }
    if (!known.isEmpty()) {
      LOG.info("{}: {} passes are remembered, going on after them", folder, known.size());
    }
  }

  /** How many passes need not be made again. */
  int remembered() {
    return known.size();
  }

  /** Prices through this log. */
  Denoiser logged(Denoiser denoiser) {
    return batch -> pass(batch, () -> denoiser.costs(batch));
  }

  /** The costs of the next pass: remembered, or computed and to be remembered. */
  Denoiser.Costs pass(Batch batch, Supplier<Denoiser.Costs> compute) {
    int asked = 31 * Arrays.hashCode(batch.tokens()) + Arrays.hashCode(batch.masks());
    if (passes < known.size() && known.get(passes).asked == asked) {
      Pass pass = known.get(passes++);
      return new Denoiser.Costs(pass.marginal, pass.joint);
    }
    if (passes < known.size()) {
      LOG.warn("{} holds the passes of another evaluation: they are passed over", folder);
      known.clear();
      writing = false;
      passes = 0;
    }
    Denoiser.Costs costs = compute.get();
    if (writing) {
      unwritten.add(new Pass(asked, costs.marginal(), costs.joint()));
      if (System.nanoTime() - written >= patience) {
        write();
      }
    }
    return costs;
  }

  /** Removes all parts: the evaluation is done. */
  void forget() throws IOException {
    for (String key : store.list(folder)) {
      store.delete(key);
    }
  }

  private void write() {
    try {
      byte[] json = JSON.writeValueAsBytes(new Part(unwritten, checksum(unwritten)));
      writing = store.putIfAbsent(key(parts), json);
      parts++;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    unwritten = new ArrayList<>();
    written = System.nanoTime();
  }

  private String key(int part) {
    return "%spasses-%05d.json".formatted(folder, part);
  }

  private static String checksum(List<Pass> passes) throws JsonProcessingException {
    return Hashes.sha256(JSON.writeValueAsBytes(passes));
  }
}
