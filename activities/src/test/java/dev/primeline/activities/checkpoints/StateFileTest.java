package dev.primeline.activities.checkpoints;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.model.HostTensor;
import dev.primeline.activities.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {

  @TempDir Path folder;

  @Test
  void momentsThatDoNotBelongToTheWeightsAreRefused() throws IOException {
    Path model = file("model", tensor("w", 2));
    Path rest =
        Files.writeString(
            folder.resolve("state.json"),
            "{\"formatVersion\":1,\"step\":1,\"updates\":1,\"fingerprint\":{}}");
    StateFile.read(
        model, null, file("right", tensor("exp_avg.w", 2), tensor("exp_avg_sq.w", 2)), rest);
    for (Path optimizer :
        List.of(
            file("none"),
            file("half", tensor("exp_avg.w", 2)),
            file("shape", tensor("exp_avg.w", 2), tensor("exp_avg_sq.w", 3)),
            file("name", tensor("exp_avg.w", 2), tensor("exp_avg_sq.v", 2)))) {
      assertThatThrownBy(() -> StateFile.read(model, null, optimizer, rest))
          .isInstanceOf(DamagedArtifactException.class)
          .hasMessage(
              optimizer
                  + ": moments of other names, shapes or order than the weights, expected the same");
    }
    Path foreign = file("foreign", tensor("momentum.w", 2));
    assertThatThrownBy(() -> StateFile.read(model, null, foreign, rest))
        .isInstanceOf(DamagedArtifactException.class)
        .hasMessageContaining("tensor momentum.w, expected names that begin with exp_avg.");
  }

  private Path file(String name, HostTensor... tensors) throws IOException {
    Path file = folder.resolve(name);
    Safetensors.write(file, List.of(tensors), Map.of());
    return file;
  }

  private static HostTensor tensor(String name, int width) {
    return new HostTensor(name, new int[] {width}, new float[width]);
  }
}
