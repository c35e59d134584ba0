package dev.primeline.workers.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.workers.cli.ChildProcesses;
import dev.primeline.workers.cli.ChildProcesses.Child;
import dev.primeline.workers.cli.StoredRun;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** How long a training waits for its checkpoints, one a minute, where nothing else runs. */
@Tag("crash")
@EnabledIfSystemProperty(named = "primeline.crash", matches = "long")
class StallTest {

  private static final Pattern WAITED = Pattern.compile("training waited ([0-9.]+) s");
  private static final int MINUTES = 4;
  private static final int TOKENS_PER_STEP = 8 * 128;

  @TempDir Path folder;

  @Test
  void isUnderTwoPercentAtACheckpointAMinute() throws Exception {
    try (ChildProcesses processes = new ChildProcesses(folder)) {
      double speed = tokensPerSecond(run(processes, "calibration", 6, 6));
      int aMinute = (int) Math.max(1, Math.round(60 * speed / TOKENS_PER_STEP));
      int steps = MINUTES * aMinute;
      StoredRun run = run(processes, "measured", steps, aMinute);
      double trained = (double) steps * TOKENS_PER_STEP / tokensPerSecond(run);
      Matcher waited = WAITED.matcher(CrashedRunTest.logOf(run));
      assertThat(waited.find()).isTrue();
      double share = Double.parseDouble(waited.group(1)) / trained;
      Ledger.add(
          String.format(
              Locale.ROOT,
              "stall, one checkpoint in %.0f s, %.0f MB of weights and moments",
              trained / MINUTES,
              run.bytes(steps) / 1e6),
          String.format(Locale.ROOT, "%.2f %% of the training's time", 100 * share));
      assertThat(share).isLessThan(0.02);
    }
  }

  private StoredRun run(ChildProcesses processes, String name, int steps, int every)
      throws Exception {
    StoredRun run = new StoredRun(folder.resolve(name));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "run",
                "--preset=smoke",
                "--families=arm",
                "--steps=" + steps,
                "--output=" + run.folder()));
    for (String setting :
        List.of(
            "model.layers=8",
            "model.width=512",
            "model.heads=8",
            "model.feedForward=2048",
            "model.length=128",
            "training.batch=8",
            "training.microBatch=8",
            "training.evaluateEvery=" + steps,
            "training.checkpointEvery=" + every,
            "evaluation.draws=1")) {
      arguments.add("--set=" + setting);
    }
    Child child = processes.start(Map.of("OMP_NUM_THREADS", "2"), arguments);
    assertThat(child.exit(Duration.ofMinutes(12))).as(child.words()).isZero();
    return run;
  }

  private static double tokensPerSecond(StoredRun run) throws Exception {
    return new ObjectMapper()
        .readTree(run.result().toFile())
        .at("/families/0/trainTokensPerSecond")
        .doubleValue();
  }
}
