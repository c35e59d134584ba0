package dev.primeline.activities.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The text of the engine's module: the matrix products of a kernel, then the denoiser. */
final class EngineText {
  private static final String CLASS = "Denoiser";

  private EngineText() {}

  static String of(Kernel kernel) {
    return resource("kernel-" + kernel.label() + ".ts.py") + "\n" + resource("denoiser.ts.py");
  }

  /** The module that computes this network. */
  static byte[] archive(NetworkSpec spec, Kernel kernel) {
    return archive(spec, kernel, Map.of());
  }

  /** The same with files for whoever opens it. */
  static byte[] archive(NetworkSpec spec, Kernel kernel, Map<String, byte[]> extra) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("heads", spec.shape().heads());
    attributes.put("causal", spec.family().autoregressive());
    attributes.put("ell", spec.family().ell());
    attributes.put("base", spec.family().base());
    attributes.put("vocabulary", spec.vocabularySize());
    attributes.put("dense", spec.dense());
    attributes.put("sub_token", !spec.tokenHead());
    attributes.put("joint", spec.joint());
    return TorchArchive.of(CLASS, of(kernel), attributes, extra);
  }

  /**
   * A module with a kernel's product alone: {@code measure} multiplies the same two matrices
   * several times in a type, so that turning them into it does not count.
   */
  static byte[] probe(Kernel kernel) {
    String text =
        resource("kernel-" + kernel.label() + ".ts.py")
            + """

            class Probe(Module):
                __parameters__ = []
                __buffers__ = []
                training : bool
                def measure(self: __torch__.Probe, x: Tensor, times: Tensor, dtype: Tensor) -> Tensor:
                    w = x.to(int(dtype))
                    y = x
                    for i in range(int(times)):
                        y = __torch__.product(w, w, None)
                    return y
            """;
    return TorchArchive.of("Probe", text, Map.of(), Map.of());
  }

  private static String resource(String name) {
    try (InputStream in = EngineText.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource %s is not on the class path".formatted(name));
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
