package dev.primeline.activities.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.pytorch.jni.JniUtils;
import java.io.File;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineTest {

  @Test
  void reportNamesTheEngineAndMeasuresIt() {
    EngineReport report = Engine.report(new EngineSettings(1, Kernel.MKL));
    assertThat(report.libtorch()).startsWith("2.7.1");
    assertThat(report.device()).isEqualTo("cpu");
    assertThat(report.gigaflopsPerSecond()).isBetween(0.5, 1e5);
  }

  @Test
  void threadsComeFromTheOpenMpVariableWhereItIsANumber() {
    assertThat(EngineSettings.threads("3", 8)).isEqualTo(3);
    assertThat(EngineSettings.threads(null, 8)).isEqualTo(8);
    assertThat(EngineSettings.threads("0", 8)).isEqualTo(8);
    assertThat(EngineSettings.threads("4,2", 8)).isEqualTo(8);
  }

  @Test
  void fingerprintNamesAllThatReachesTheLastBits() {
    Map<String, String> fingerprint = Fingerprint.of(new EngineSettings(2, Kernel.MKL), 4);
    assertThat(fingerprint)
        .containsOnlyKeys(
            "device", "cpu", "libtorch", "engine", "kernel", "threads", "dtype", "microBatch")
        .containsEntry("kernel", "mkl")
        .containsEntry("threads", "2")
        .containsEntry("microBatch", "4");
  }

  @Test
  void aMethodThatThrowsLeavesGradientModeAsItWas() {
    String text =
        """
        class Failing(Module):
            __parameters__ = []
            __buffers__ = []
            training : bool
            def fail(self: __torch__.Failing, x: Tensor) -> Tensor:
                torch.set_grad_enabled(True)
                return torch.mm(x, x)
        """;
    try (TorchModule module = TorchModule.load(TorchArchive.of("Failing", text, Map.of()), 1)) {
      boolean before = JniUtils.isGradMode();
      TorchModule.Input wide = new TorchModule.Input(FloatBuffer.wrap(new float[6]), 2, 3);
      assertThatThrownBy(() -> module.numbers("fail", List.of(), wide))
          .hasMessageContaining("torch.mm");
      assertThat(JniUtils.isGradMode()).isEqualTo(before);
    }
  }

  @Test
  void withoutItsNativeLibraryTheEngineSaysSoInOneSentence(@TempDir Path cache) throws Exception {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String bare =
        Arrays.stream(all.split(File.pathSeparator))
            .filter(entry -> !entry.contains("pytorch-native"))
            .collect(Collectors.joining(File.pathSeparator));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-DDJL_CACHE_DIR=" + cache,
                "-Dai.djl.offline=true",
                "-cp",
                bare,
                WithoutLibrary.class.getName())
            .redirectErrorStream(true)
            .start();
    String output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isEqualTo(3);
    assertThat(output.lines().filter(line -> line.startsWith("said: ")).toList())
        .singleElement()
        .asString()
        .contains("libtorch does not load on")
        .contains("expected pytorch-native-cpu");
  }

  /** Reports an engine in a JVM of its own and exits with 3 when that is refused as promised. */
  static final class WithoutLibrary {
    private WithoutLibrary() {}

    public static void main(String[] arguments) {
      try {
        Engine.report();
      } catch (IllegalStateException said) {
        System.out.println("said: " + said.getMessage());
        System.exit(3);
      }
    }
  }
}
