package dev.primeline.activities.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.activities.batches.Batch;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.ModelShape;
import dev.primeline.workflows.experiment.Objective;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * A long training in a process of its own, whose heap is fixed and touched before it begins, and
 * which has the launcher's settings of glibc's allocator: by its own it maps and unmaps for a
 * while.
 */
@Tag("slow")
@EnabledOnOs(value = OS.LINUX, disabledReason = "resident memory is read from /proc")
class SteadyMemoryTest {
  /** A leak grows with the steps, and so does what is allowed: 2 % in 20,000 steps. */
  private static final int STEPS = Integer.getInteger("primeline.steady.steps", 5_000);

  private static final double MOST_GROWTH = 0.02 * STEPS / 20_000;

  @Test
  void manyStepsKeepResidentMemory() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xms128m",
                "-Xmx128m",
                "-XX:+AlwaysPreTouch",
                "-Dprimeline.steady.steps=" + STEPS,
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                LongTraining.class.getName())
            .redirectErrorStream(true);
    builder
        .environment()
        .putAll(
            Map.of(
                "OMP_NUM_THREADS", "1",
                "MALLOC_ARENA_MAX", "1",
                "MALLOC_MMAP_THRESHOLD_", "1073741824",
                "MALLOC_TRIM_THRESHOLD_", "4294967296"));
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    List<Long> resident =
        said.lines()
            .filter(line -> line.startsWith("resident "))
            .map(line -> Long.parseLong(line.substring("resident ".length())))
            .toList();
    assertThat(resident).as(said).hasSize(2);
    double growth = (double) resident.get(1) / resident.get(0) - 1;
    System.out.printf("resident memory grew by %.2f %% in %d steps%n", 100 * growth, STEPS);
    assertThat(growth).as(said).isLessThan(MOST_GROWTH);
  }

  /** Says its resident memory after a twentieth of the steps, when all is warm, and at the end. */
  static final class LongTraining {
    private LongTraining() {}

    public static void main(String[] arguments) throws IOException {
      NetworkSpec spec =
          Networks.shuffled(
              Networks.prime(6, 2, Head.TOKEN, Objective.BOUND),
              new ModelShape(2, 64, 2, 256, 8),
              64);
      try (Network network = Network.create(spec, Networks.settings(), 1)) {
        for (int step = 1; step <= STEPS; step++) {
          Batch batch = Networks.batch(spec, 1, 8, step);
          network.step(batch, 1, Networks.STEP);
          if (step == STEPS / 20 || step == STEPS) {
            System.out.println("resident " + resident());
          }
        }
      }
    }

    private static long resident() throws IOException {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmRSS:")) {
          return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
      throw new IOException("/proc/self/status has no VmRSS");
    }
  }
}
