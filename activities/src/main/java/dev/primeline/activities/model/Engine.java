package dev.primeline.activities.model;

import dev.primeline.workflows.experiment.Precision;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What this machine's engine is and how fast it multiplies. */
public final class Engine {
  /** Of the matrices whose product is a machine's peak. */
  private static final int SIDE = 1024;

  private static final long PEAK_NANOS = TimeUnit.MILLISECONDS.toNanos(80);
  private static final int RACES = 12;

  /**
   * oneDNN is chosen where it takes less than this share of the time of libtorch's own products: a
   * choice between equals must not change from run to run, for it changes the last bits, and a
   * whole step loses a fifth to the copies that oneDNN needs. Measured on Intel: 0.74 to 1.02
   * whatever else the machine had to do; on AMD 0.43.
   */
  private static final double CLEARLY_FASTER = 0.6;

  private static @Nullable Kernel chosen;

  private Engine() {}

  /**
   * Who multiplies matrices in a new training on this machine: on a CPU a short race decides, once
   * per process.
   */
  static synchronized Kernel choose(String device) {
    if (!device.equals(EngineSettings.CPU)) {
      return Kernel.MKL;
    }
    Kernel kernel = chosen;
    if (kernel == null) {
      kernel = loads(Kernel.ONEDNN) ? race() : Kernel.MKL;
      chosen = kernel;
    }
    return kernel;
  }

  /** {@link #report(EngineSettings)} of the default settings. */
  public static EngineReport report() {
    return report(EngineSettings.defaults());
  }

  /**
   * Multiplies matrices for about two tenths of a second.
   *
   * @throws IllegalStateException when libtorch does not load; one sentence
   */
  public static EngineReport report(EngineSettings settings) {
    return new EngineReport(
        TorchModule.version(),
        settings,
        peak(settings, Precision.FP32),
        peak(settings, Precision.BF16));
  }

  /**
   * The best of several products of 1024 x 1024 matrices in GFLOP/s: what model-FLOPs utilisation
   * is measured against.
   */
  public static double peak(EngineSettings settings, Precision precision) {
    try (Probe probe = new Probe(settings, precision, SIDE, SIDE)) {
      double best = Double.MAX_VALUE;
      long start = System.nanoTime();
      do {
        best = Math.min(best, probe.nanos());
      } while (System.nanoTime() - start < PEAK_NANOS);
      return 2.0 * SIDE * SIDE * SIDE / best;
    }
  }

  /**
   * Alternates products of a small model's size, on one thread and by the time that it had a
   * processor: a crowded machine must not choose otherwise than a quiet one.
   */
  private static Kernel race() {
    double onednn = Double.MAX_VALUE;
    double mkl = Double.MAX_VALUE;
    try (Probe first = racer(Kernel.ONEDNN);
        Probe second = racer(Kernel.MKL)) {
      for (int i = 0; i < RACES; i++) {
        onednn = Math.min(onednn, first.processorNanos());
        mkl = Math.min(mkl, second.processorNanos());
      }
    }
    return onednn < CLEARLY_FASTER * mkl ? Kernel.ONEDNN : Kernel.MKL;
  }

  private static Probe racer(Kernel kernel) {
    return new Probe(new EngineSettings(1, kernel), Precision.FP32, SIDE, 256);
  }

  private static boolean loads(Kernel kernel) {
    try (TorchModule probe =
        TorchModule.load(EngineText.probe(kernel), new EngineSettings(1, kernel))) {
      return true;
    } catch (RuntimeException unknownOperator) {
      return false;
    }
  }

  /** A product, again and again: [rows, inner] by [inner, rows]. */
  private static final class Probe implements AutoCloseable {
    private static final int TIMES = 2;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final TorchModule module;
    private final List<TorchModule.Resident> matrix;
    private final int type;

    Probe(EngineSettings settings, Precision precision, int rows, int inner) {
      module = TorchModule.load(EngineText.probe(settings.kernel()), settings);
      type = Network.torchType(precision);
      float[] ones = new float[rows * inner];
      Arrays.fill(ones, 1);
      matrix = List.of(module.keep(new TorchModule.Input(FloatBuffer.wrap(ones), rows, inner)));
      nanos();
    }

    /** Of one product, by the clock. */
    double nanos() {
      long before = System.nanoTime();
      multiply();
      return (System.nanoTime() - before) / (double) TIMES;
    }

    /** Of one product, of this thread alone; by the clock where the JVM cannot tell. */
    double processorNanos() {
      if (!THREADS.isCurrentThreadCpuTimeSupported()) {
        return nanos();
      }
      long before = THREADS.getCurrentThreadCpuTime();
      multiply();
      return (THREADS.getCurrentThreadCpuTime() - before) / (double) TIMES;
    }

    private void multiply() {
      module.run("measure", matrix, number(TIMES), number(type));
    }

    private static TorchModule.Input number(long value) {
      return new TorchModule.Input(LongBuffer.wrap(new long[] {value}));
    }

    @Override
    public void close() {
      module.close();
    }
  }
}
