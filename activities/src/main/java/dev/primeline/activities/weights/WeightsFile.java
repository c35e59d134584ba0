package dev.primeline.activities.weights;

import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.model.HostTensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The tensors of a file that some other program may have written.
 *
 * @param tensors as float32, in the file's order
 * @param storedAs what the numbers of each tensor were in the file, by its name
 */
public record WeightsFile(List<HostTensor> tensors, Map<String, ElementType> storedAs) {

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  public WeightsFile {
    tensors = List.copyOf(tensors);
    storedAs = Map.copyOf(storedAs);
  }

  /**
   * Reads a safetensors file, or what {@code torch.save} wrote; which of both, its first bytes say.
   * Nothing in the file is executed, and no more memory is taken than its tensors need.
   *
   * @throws DamagedArtifactException naming the file and what of it is refused
   */
  public static WeightsFile read(Path file) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(2);
    }
    boolean zip = head.length == 2 && head[0] == 'P' && head[1] == 'K';
    WeightsFile read;
    if (zip || !looksLikeSafetensors(file)) {
      read = TorchFile.read(file);
    } else {
      Safetensors.Content content = Safetensors.read(file);
      read = new WeightsFile(content.tensors(), content.storedAs());
    }
    // A name may be shown on a terminal, which such characters would command.
    if (read.tensors().stream().anyMatch(tensor -> CONTROL.matcher(tensor.name()).find())) {
      throw new DamagedArtifactException(
          "%s is refused: a tensor's name with control characters".formatted(file));
    }
    return read;
  }

  /** Its ninth byte opens a JSON object; an old PyTorch file begins with a pickle. */
  private static boolean looksLikeSafetensors(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(9);
      return head.length < 9 || head[8] == '{';
    }
  }

  /** Writes float32 tensors as safetensors into a new file, which is whole or not there. */
  public static void write(Path file, List<HostTensor> tensors, Map<String, String> metadata)
      throws IOException {
    Safetensors.write(file, tensors, metadata);
  }
}
