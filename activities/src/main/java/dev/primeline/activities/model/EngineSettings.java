package dev.primeline.activities.model;

import dev.primeline.workflows.experiment.BadInput;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the engine computes. All three reach the last bits of a result.
 *
 * @param device {@code cpu} or {@code cuda:0}, {@code cuda:1}, ...
 * @param threads of one operation on a CPU, at least 1
 * @param kernel who multiplies matrices
 */
public record EngineSettings(String device, int threads, Kernel kernel) {

  static final String CPU = "cpu";
  private static final String CUDA = "cuda:";

  public EngineSettings {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: %d, expected at least 1".formatted(threads));
    }
  }

  /** On the CPU. */
  public EngineSettings(int threads, Kernel kernel) {
    this(CPU, threads, kernel);
  }

  /**
   * The device of PRIMELINE_DEVICE, as many threads as OMP_NUM_THREADS says or there are
   * processors, and the kernel that is fastest here.
   *
   * @throws BadInput when PRIMELINE_DEVICE is none that libtorch sees
   * @throws IllegalStateException when libtorch does not load; one sentence
   */
  public static EngineSettings defaults() {
    int threads =
        threads(System.getenv("OMP_NUM_THREADS"), Runtime.getRuntime().availableProcessors());
    String device = device(System.getenv("PRIMELINE_DEVICE"), TorchModule.gpus());
    return new EngineSettings(device, threads, Engine.choose(device));
  }

  /** These settings with the kernel that a fingerprint names, where this device has it. */
  public EngineSettings withKernelOf(Map<String, String> fingerprint) {
    String label = fingerprint.get("kernel");
    return label == null || !device.equals(CPU)
        ? this
        : new EngineSettings(device, threads, Kernel.of(label));
  }

  static int threads(@Nullable String asked, int processors) {
    return asked != null && asked.strip().matches("[1-9][0-9]{0,3}")
        ? Integer.parseInt(asked.strip())
        : processors;
  }

  /** The device of a PRIMELINE_DEVICE on a machine with so many GPUs. */
  static String device(@Nullable String asked, int gpus) {
    String name = asked == null ? "" : asked.strip();
    if (name.isEmpty() || name.equals("auto")) {
      return gpus > 0 ? CUDA + 0 : CPU;
    }
    boolean known =
        name.equals(CPU)
            || (name.matches(CUDA + "[0-9]{1,3}")
                && Integer.parseInt(name.substring(CUDA.length())) < gpus);
    if (!known) {
      throw new BadInput(
          "PRIMELINE_DEVICE: %s, expected auto, cpu%s"
              .formatted(
                  name,
                  gpus > 0
                      ? " or cuda:0 to cuda:%d".formatted(gpus - 1)
                      : "; libtorch sees no GPU here"));
    }
    return name;
  }
}
