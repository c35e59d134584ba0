package dev.primeline.activities.model;

import java.util.Map;

/**
 * How the engine computes. Both values reach the last bits of a result.
 *
 * @param threads of one operation, at least 1
 * @param kernel who multiplies matrices
 */
public record EngineSettings(int threads, Kernel kernel) {

  public EngineSettings {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: %d, expected at least 1".formatted(threads));
    }
  }

  /** The threads of {@link #defaultThreads} and the kernel of {@link Engine#defaultKernel}. */
  public static EngineSettings defaults() {
    return new EngineSettings(defaultThreads(), Engine.defaultKernel());
  }

  /** OMP_NUM_THREADS where it is a positive number, the machine's processors otherwise. */
  public static int defaultThreads() {
    return threads(System.getenv("OMP_NUM_THREADS"), Runtime.getRuntime().availableProcessors());
  }

  /** These settings with the kernel that a fingerprint names; unchanged where it names none. */
  public EngineSettings withKernelOf(Map<String, String> fingerprint) {
    String label = fingerprint.get("kernel");
    return label == null ? this : new EngineSettings(threads, Kernel.of(label));
  }

  static int threads(@org.jspecify.annotations.Nullable String asked, int processors) {
    return asked != null && asked.strip().matches("[1-9][0-9]{0,3}")
        ? Integer.parseInt(asked.strip())
        : processors;
  }
}
