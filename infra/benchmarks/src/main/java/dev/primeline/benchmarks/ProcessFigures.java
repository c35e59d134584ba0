package dev.primeline.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What Linux says about this process. */
final class ProcessFigures {

  private ProcessFigures() {}

  /** Of all threads, since the start. */
  static double cpuSeconds() {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getProcessCpuTime() * 1e-9;
  }

  /** The largest resident set so far. */
  static long peakMemoryBytes() throws IOException {
    List<String> status = Files.readAllLines(Path.of("/proc/self/status"));
    for (String line : status) {
      if (line.startsWith("VmHWM:")) {
        return 1024 * Long.parseLong(line.replaceAll("\\D+", ""));
      }
    }
    throw new IOException("/proc/self/status has no line VmHWM");
  }
}
