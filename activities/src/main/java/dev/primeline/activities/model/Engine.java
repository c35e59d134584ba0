package dev.primeline.activities.model;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What this machine's engine is and how fast it multiplies. */
public final class Engine {
  private static final int SIDE = 1024;
  private static final long MEASURED_NANOS = TimeUnit.MILLISECONDS.toNanos(80);
  private static volatile @Nullable Kernel defaultKernel;

  private Engine() {}

  /** {@link Kernel#ONEDNN} on a CPU whose libtorch has it, {@link Kernel#MKL} otherwise. */
  public static Kernel defaultKernel() {
    Kernel known = defaultKernel;
    if (known == null) {
      known =
          TorchModule.device().equals("cpu") && loads(Kernel.ONEDNN) ? Kernel.ONEDNN : Kernel.MKL;
      defaultKernel = known;
    }
    return known;
  }

  /** {@link #report(EngineSettings)} of the default settings. */
  public static EngineReport report() {
    return report(EngineSettings.defaults());
  }

  /**
   * Multiplies matrices for about a tenth of a second.
   *
   * @throws IllegalStateException when libtorch does not load; one sentence
   */
  public static EngineReport report(EngineSettings settings) {
    float[] ones = new float[SIDE * SIDE];
    java.util.Arrays.fill(ones, 1);
    try (TorchModule probe =
        TorchModule.load(EngineText.probe(settings.kernel()), settings.threads())) {
      List<TorchModule.Resident> factors =
          List.of(
              probe.keep(new TorchModule.Input(FloatBuffer.wrap(ones), SIDE, SIDE)),
              probe.keep(new TorchModule.Input(FloatBuffer.wrap(ones), SIDE, SIDE)));
      probe.run("measure", factors);
      double best = 0;
      long start = System.nanoTime();
      do {
        long before = System.nanoTime();
        probe.run("measure", factors);
        best = Math.max(best, 2.0 * SIDE * SIDE * SIDE / (System.nanoTime() - before));
      } while (System.nanoTime() - start < MEASURED_NANOS);
      return new EngineReport(
          TorchModule.version(), TorchModule.device(), settings.threads(), settings.kernel(), best);
    }
  }

  private static boolean loads(Kernel kernel) {
    TorchModule.version();
    try (TorchModule probe = TorchModule.load(EngineText.probe(kernel), 1)) {
      return true;
    } catch (RuntimeException unknownOperator) {
      return false;
    }
  }
}
