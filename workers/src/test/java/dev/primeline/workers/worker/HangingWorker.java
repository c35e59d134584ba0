package dev.primeline.workers.worker;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.tokens.PreparedCorpus;
import dev.primeline.activities.training.CheckpointStore;
import dev.primeline.activities.training.HeldoutScore;
import dev.primeline.activities.training.TrainingRooms;
import dev.primeline.workflows.training.TrainingSpec;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** The main class of a worker whose third look at the held-out text never returns. */
public final class HangingWorker {

  private HangingWorker() {}

  public static void main(String[] arguments) throws Exception {
    Map<String, String> environment = System.getenv();
    WorkerSettings settings = WorkerSettings.from(environment);
    ArtifactStore store = Stores.open(settings, Path.of("."));
    var unused =
        new PrimelineWorker(
            new TemporalConnection(environment).client(),
            store,
            settings,
            EnumSet.of(Role.GPU),
            System.err::println,
            new HangingRooms(new WiredRooms(store), new AtomicInteger()));
    new CountDownLatch(1).await();
  }

  private record HangingRooms(TrainingRooms rooms, AtomicInteger looks) implements TrainingRooms {

    @Override
    public CheckpointStore checkpoints(TrainingSpec spec) {
      return rooms.checkpoints(spec);
    }

    @Override
    public HeldoutScore heldout(TrainingSpec spec, PreparedCorpus corpus) {
      HeldoutScore score = rooms.heldout(spec, corpus);
      return denoiser -> {
        if (looks.incrementAndGet() == 3) {
          hang();
        }
        return score.of(denoiser);
      };
    }

    private static void hang() {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        throw new IllegalStateException("native calls take no interrupts", e);
      }
    }
  }
}
