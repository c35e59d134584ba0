package dev.primeline.activities.model;

import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.Precision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the last bits of a step depend on, besides its inputs. */
final class Fingerprint {

  private Fingerprint() {}

  static Map<String, String> of(EngineSettings settings, int microBatch, Precision precision) {
    Map<String, String> parts = new TreeMap<>();
    parts.put("device", settings.device());
    parts.put("cpu", cpu());
    parts.put("libtorch", TorchModule.version());
    parts.put(
        "engine", Hashes.sha256(EngineText.of(settings.kernel()).getBytes(StandardCharsets.UTF_8)));
    parts.put("kernel", settings.kernel().label());
    parts.put("threads", Integer.toString(settings.threads()));
    parts.put("dtype", precision.dtype());
    parts.put("microBatch", Integer.toString(microBatch));
    return parts;
  }

  /** The processor's model where the system names it, its architecture everywhere. */
  private static String cpu() {
    String architecture = System.getProperty("os.arch", "unknown");
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> architecture + " " + line.substring(line.indexOf(':') + 1).strip())
          .orElse(architecture);
    } catch (IOException elsewhere) {
      return architecture;
    }
  }
}
