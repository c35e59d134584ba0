package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.activities.model.EngineReport;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.model.Kernel;
import dev.primeline.workers.cli.Finding.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckupTest {

  @Test
  void aBusyMachineWithSpinningThreadsIsAdvisedToSleep() {
    Map<String, String> spinning = Map.of("OMP_NUM_THREADS", "2", "GOMP_SPINCOUNT", "20000");
    Checkup checkup = new Checkup(spinning);
    assertThat(checkup.openMp(0).verdict()).isEqualTo(Verdict.OK);
    assertThat(checkup.openMp(1000).advice()).contains("OMP_WAIT_POLICY=passive");
    Checkup sleeping = new Checkup(Map.of("OMP_NUM_THREADS", "2", "OMP_WAIT_POLICY", "PASSIVE"));
    assertThat(sleeping.openMp(1000).verdict()).isEqualTo(Verdict.OK);
  }

  @Test
  void withoutTheLaunchersSettingsTheLauncherIsAdvised() {
    assertThat(new Checkup(Map.of()).openMp(0).advice()).contains("bin/primeline");
  }

  @Test
  void theEngineIsNamedWithItsSpeed() {
    Finding quick = engine(190);
    assertThat(quick.verdict()).isEqualTo(Verdict.OK);
    assertThat(quick.found())
        .isEqualTo("libtorch 2.7.1 on cpu, onednn, 2 threads, 190 GFLOP/s in fp32, 380 in bf16");
    assertThat(engine(12).advice()).contains("stop other work");
  }

  @Test
  void anEngineThatDoesNotLoadIsInTheWay() {
    Finding finding =
        new Checkup(Map.of())
            .engine(
                () -> {
                  throw new UnsatisfiedLinkError("no libtorch.so");
                });
    assertThat(finding.verdict()).isEqualTo(Verdict.PROBLEM);
    assertThat(finding.found()).contains("no libtorch.so");
  }

  private static Finding engine(double gigaflops) {
    EngineReport report =
        new EngineReport("2.7.1", new EngineSettings(2, Kernel.ONEDNN), gigaflops, 2 * gigaflops);
    return new Checkup(Map.of()).engine(() -> report);
  }

  @Test
  void anOutputThatIsAFileIsInTheWay(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("taken"));
    assertThat(new Checkup(Map.of()).output(file.resolve("below")))
        .isEqualTo(
            Finding.problem(
                "output", file + " is not a folder", "choose another folder with --output"));
    assertThat(new Checkup(Map.of()).output(folder.resolve("a/b")).verdict())
        .isNotEqualTo(Verdict.PROBLEM);
  }

  @Test
  void theEngineCacheIsWhereDjlIsTold(@TempDir Path folder) {
    assertThat(new Checkup(Map.of("DJL_CACHE_DIR", folder.toString())).engineCache().found())
        .contains(folder.toString());
  }

  @Test
  void anAirflowThatIsNotThereOrCannotBeMeantIsInTheWay() {
    assertThat(new Checkup(Map.of()).airflow().found()).contains("PRIMELINE_AIRFLOW_URL is not");
    Map<String, String> settings = new HashMap<>();
    settings.put("PRIMELINE_AIRFLOW_URL", "http://127.0.0.1:1");
    assertThat(new Checkup(settings).airflow().found()).contains("PRIMELINE_AIRFLOW_TOKEN");
    settings.put("PRIMELINE_AIRFLOW_TOKEN", "token-4711");
    Finding absent = new Checkup(settings).airflow();
    assertThat(absent.verdict()).isEqualTo(Verdict.PROBLEM);
    assertThat(absent.found()).contains("http://127.0.0.1:1").doesNotContain("4711");
    assertThat(absent.advice()).contains("unset PRIMELINE_AIRFLOW_URL");
  }
}
