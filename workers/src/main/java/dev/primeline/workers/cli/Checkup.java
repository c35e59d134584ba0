package dev.primeline.workers.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.primeline.activities.airflow.AirflowClient;
import dev.primeline.activities.airflow.AirflowSettings;
import dev.primeline.activities.model.EngineReport;
import dev.primeline.workers.worker.TemporalConnection;
import dev.primeline.workers.worker.TemporalProfile;
import dev.primeline.workers.worker.WorkerSettings;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Looks at the machine, the environment and what they can reach. Changes nothing. */
final class Checkup {

  /** A quickstart stores some 50 MB; a comparison of four small models a few hundred. */
  private static final long ROOM_FOR_RUNS = 2_000_000_000L;

  /** What the engine's native library takes when it is unpacked. */
  private static final long ROOM_FOR_ENGINE = 500_000_000L;

  /** Any core with AVX2 does 40 and more when nobody shares it. */
  private static final double SLOW_GIGAFLOPS_PER_THREAD = 20;

  private static final Duration ANSWER_TIME = Duration.ofSeconds(2);

  private final Map<String, String> environment;

  Checkup(Map<String, String> environment) {
    this.environment = environment;
  }

  Finding java() {
    return Finding.ok(
        "java",
        "%s (%s) at %s, heap up to %s"
            .formatted(
                System.getProperty("java.version"),
                System.getProperty("java.vendor"),
                System.getProperty("java.home"),
                gigabytes(Runtime.getRuntime().maxMemory())));
  }

  Finding machine() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return Finding.ok(
        "machine",
        "%s %s, %d processors, %s memory"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                gigabytes(system.getTotalMemorySize())));
  }

  /** OpenMP's settings against the machine's load, which is negative where nobody knows it. */
  Finding openMp(double load) {
    String threads = environment.getOrDefault("OMP_NUM_THREADS", "");
    boolean passive = environment.getOrDefault("OMP_WAIT_POLICY", "").equalsIgnoreCase("passive");
    String spin = environment.getOrDefault("GOMP_SPINCOUNT", "");
    int processors = Runtime.getRuntime().availableProcessors();
    String found =
        String.format(
            Locale.ROOT,
            "%s threads, idle ones %s, load %.1f",
            threads.isEmpty() ? "any number of" : threads,
            passive ? "sleep" : spin.isEmpty() ? "spin long" : "spin briefly",
            Math.max(0, load));
    if (threads.isEmpty() || (!passive && spin.isEmpty())) {
      return Finding.advice(
          "openmp",
          found,
          "start through bin/primeline, which sets OMP_NUM_THREADS and how idle threads wait");
    }
    if (!passive && 2 * load > processors) {
      return Finding.advice(
          "openmp",
          found,
          "others use this machine: with OMP_WAIT_POLICY=passive idle threads leave it to them");
    }
    return Finding.ok("openmp", found);
  }

  /** What the engine is, and how fast it just multiplied matrices. */
  Finding engine(Supplier<EngineReport> measurement) {
    EngineReport report;
    try {
      report = measurement.get();
    } catch (RuntimeException | LinkageError e) {
      return Finding.problem(
          "engine",
          ErrorSentence.of(e),
          "the packaged one is for Linux on x86_64; elsewhere point PYTORCH_LIBRARY_PATH at a"
              + " libtorch 2.7.1 of your own");
    }
    String found =
        String.format(
            Locale.ROOT,
            "libtorch %s on %s, %s, %d threads, %.0f GFLOP/s in fp32, %.0f in bf16",
            report.libtorch(),
            report.settings().device(),
            report.settings().kernel().label(),
            report.settings().threads(),
            report.singleGigaflops(),
            report.halfGigaflops());
    return report.singleGigaflops() >= SLOW_GIGAFLOPS_PER_THREAD * report.settings().threads()
        ? Finding.ok("engine", found)
        : Finding.advice(
            "engine",
            found,
            "a core alone does several times that: stop other work, or give OMP_NUM_THREADS fewer"
                + " threads than there are free cores");
  }

  /** Whether runs can be kept in a folder that need not exist yet. */
  Finding output(Path folder) {
    return room("output", folder, ROOM_FOR_RUNS, "choose another folder with --output");
  }

  /** Where DJL unpacks the engine's native library at the first start. */
  Finding engineCache() {
    String folder = environment.getOrDefault("DJL_CACHE_DIR", "");
    Path cache =
        folder.isEmpty() ? Path.of(System.getProperty("user.home"), ".djl.ai") : Path.of(folder);
    long needed = Files.isDirectory(cache.resolve("pytorch")) ? 0 : ROOM_FOR_ENGINE;
    return room("engine cache", cache, needed, "choose another folder with DJL_CACHE_DIR");
  }

  private static Finding room(String subject, Path folder, long needed, String remedy) {
    Path existing = folder.toAbsolutePath().normalize();
    while (existing.getParent() != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (!Files.isDirectory(existing)) {
      return Finding.problem(subject, existing + " is not a folder", remedy);
    }
    if (!Files.isWritable(existing)) {
      return Finding.problem(subject, existing + " is not writable", remedy);
    }
    try {
      long free = Files.getFileStore(existing).getUsableSpace();
      String found = "%s, %s free".formatted(folder, gigabytes(free));
      if (free == 0) {
        return Finding.problem(subject, found, remedy);
      }
      return free >= needed
          ? Finding.ok(subject, found)
          : Finding.advice(
              subject, found, "%s are wanted there: %s".formatted(gigabytes(needed), remedy));
    } catch (IOException e) {
      return Finding.advice(subject, existing + ": " + ErrorSentence.of(e), remedy);
    }
  }

  /** Whether the environment's other settings can be meant; nothing is opened. */
  Finding settings() {
    Map<String, String> others = new HashMap<>(environment);
    others.keySet().removeIf(name -> name.startsWith("TEMPORAL_"));
    try {
      return Finding.ok(
          "settings",
          "artifacts in "
              + WorkerSettings.from(others)
                  .store()
                  .orElse("the output folder (PRIMELINE_STORE is not set)"));
    } catch (BadInput e) {
      return Finding.problem("settings", ErrorSentence.of(e), "change or unset it");
    }
  }

  /** Whether the configured Temporal server answers, knows us, and has the namespace. */
  Finding temporal() {
    try {
      Optional<TemporalProfile> profile = TemporalProfile.from(environment);
      if (profile.isEmpty()) {
        return Finding.ok("temporal", "embedded, in memory (TEMPORAL_ADDRESS is not set)");
      }
      try (TemporalConnection server = new TemporalConnection(profile.get(), ANSWER_TIME)) {
        return Finding.ok(
            "temporal",
            "%s answers, server %s, namespace %s"
                .formatted(
                    profile.get().address(),
                    server.serverVersion().isEmpty()
                        ? "of unknown version"
                        : server.serverVersion(),
                    profile.get().namespace()));
      }
    } catch (BadInput e) {
      return Finding.problem("temporal", ErrorSentence.of(e), "change or unset it");
    } catch (IOException | RuntimeException e) {
      return Finding.problem(
          "temporal",
          ErrorSentence.of(e),
          "start the server, or unset TEMPORAL_ADDRESS to run on the embedded one");
    }
  }

  /** Whether the configured Airflow answers, is well, and knows us. */
  Finding airflow() {
    try {
      Optional<AirflowSettings> settings = AirflowSettings.from(environment);
      if (settings.isEmpty()) {
        return Finding.ok("airflow", "none (PRIMELINE_AIRFLOW_URL is not set)");
      }
      AirflowClient client = new AirflowClient(settings.get());
      List<String> unwell = client.health().unwell();
      client.requireAccess();
      String found = "%s answers and lets us in".formatted(settings.get().url());
      return unwell.isEmpty()
          ? Finding.ok("airflow", found)
          : Finding.advice(
              "airflow",
              "%s, but its %s is not well".formatted(found, String.join(" and ", unwell)),
              "start it: no DAG runs without it");
    } catch (BadInput e) {
      return Finding.problem("airflow", ErrorSentence.of(e), "change or unset it");
    } catch (IOException | RuntimeException e) {
      return Finding.problem(
          "airflow",
          ErrorSentence.of(e),
          "start it, or unset PRIMELINE_AIRFLOW_URL when no run shall ask it");
    }
  }

  private static String gigabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
  }
}
