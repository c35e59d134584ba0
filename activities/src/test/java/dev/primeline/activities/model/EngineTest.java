package dev.primeline.activities.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.pytorch.jni.JniUtils;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.Precision;
import java.io.File;
import java.nio.FloatBuffer;
import java.nio.file.Files;
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
    assertThat(report.singleGigaflops()).isBetween(0.5, 1e5);
    assertThat(report.halfGigaflops()).isBetween(0.1, 1e5);
  }

  @Test
  void threadsComeFromTheOpenMpVariableWhereItIsANumber() {
    assertThat(EngineSettings.threads("3", 8)).isEqualTo(3);
    assertThat(EngineSettings.threads(null, 8)).isEqualTo(8);
    assertThat(EngineSettings.threads("0", 8)).isEqualTo(8);
    assertThat(EngineSettings.threads("4,2", 8)).isEqualTo(8);
  }

  @Test
  void theDeviceIsOneThatLibtorchSees() {
    assertThat(EngineSettings.device(null, 0)).isEqualTo("cpu");
    assertThat(EngineSettings.device("auto", 2)).isEqualTo("cuda:0");
    assertThat(EngineSettings.device("cpu", 2)).isEqualTo("cpu");
    assertThat(EngineSettings.device("cuda:1", 2)).isEqualTo("cuda:1");
    assertThatThrownBy(() -> EngineSettings.device("cuda:2", 2))
        .isInstanceOf(BadInput.class)
        .hasMessage("PRIMELINE_DEVICE: cuda:2, expected auto, cpu or cuda:0 to cuda:1");
    assertThatThrownBy(() -> EngineSettings.device("gpu", 0))
        .hasMessage("PRIMELINE_DEVICE: gpu, expected auto, cpu; libtorch sees no GPU here");
  }

  @Test
  void anotherLibtorchIsRefusedBeforeItLoads(@TempDir Path folder) throws Exception {
    Path lib = Files.createDirectories(folder.resolve("lib"));
    assertThatThrownBy(() -> LibtorchFolder.properties(lib))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining(lib + " holds no libtorch.so, expected the lib folder");
    Files.createFile(lib.resolve(System.mapLibraryName("torch")));
    assertThatThrownBy(() -> LibtorchFolder.properties(lib))
        .hasMessageContaining("says no version");
    Path version = folder.resolve("version.py");
    Files.writeString(version, "from typing import Optional\n\n__version__ = '2.8.0+cpu'\n");
    assertThatThrownBy(() -> LibtorchFolder.properties(lib))
        .hasMessageContaining("holds libtorch 2.8.0, expected exactly 2.7.1");
    Files.writeString(version, "__version__ = '2.7.1+cu128'\n");
    assertThat(LibtorchFolder.properties(lib))
        .containsEntry("PYTORCH_VERSION", "2.7.1")
        .containsEntry("PYTORCH_FLAVOR", "cu128");
    Files.writeString(folder.resolve("build-version"), "2.7.1+cpu\n");
    assertThat(LibtorchFolder.properties(lib)).containsEntry("PYTORCH_FLAVOR", "cpu");
  }

  @Test
  void fingerprintNamesAllThatReachesTheLastBits() {
    Map<String, String> fingerprint =
        Fingerprint.of(new EngineSettings(2, Kernel.MKL), 4, Precision.BF16);
    assertThat(fingerprint)
        .containsOnlyKeys(
            "device", "cpu", "libtorch", "engine", "kernel", "threads", "dtype", "microBatch")
        .containsEntry("kernel", "mkl")
        .containsEntry("threads", "2")
        .containsEntry("dtype", "bfloat16")
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
    try (TorchModule module =
        TorchModule.load(
            TorchArchive.of("Failing", text, Map.of(), Map.of()), Networks.settings())) {
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
