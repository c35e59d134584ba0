package dev.primeline.activities.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.LongBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeviceMemoryTest {

  private static final String GREEDY =
      """
      class Greedy(Module):
          __parameters__ = []
          __buffers__ = []
          training : bool
          def take(self: __torch__.Greedy, count: Tensor) -> Tensor:
              return torch.zeros([int(count)], dtype=7)
          def shape(self: __torch__.Greedy, count: Tensor) -> Tensor:
              return torch.zeros([int(count)], dtype=7).view([3, -1])
      """;

  @Test
  void whatTheAllocatorRefusesIsToldFromOtherFailures() {
    byte[] archive = TorchArchive.of("Greedy", GREEDY, Map.of(), Map.of());
    try (TorchModule module = TorchModule.load(archive, new EngineSettings(1, Kernel.MKL))) {
      TorchModule.Input more = new TorchModule.Input(LongBuffer.wrap(new long[] {1L << 55}));
      assertThatThrownBy(() -> module.numbers("take", List.of(), more))
          .isInstanceOf(DeviceMemoryException.class)
          .hasMessageContaining("memory")
          .hasMessageNotContaining("\n");
      TorchModule.Input odd = new TorchModule.Input(LongBuffer.wrap(new long[] {4}));
      assertThatThrownBy(() -> module.numbers("shape", List.of(), odd))
          .isNotInstanceOf(DeviceMemoryException.class);
    }
  }
}
