package dev.primeline.activities.weights;

import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.model.HostTensor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * The tensors of a file that {@code torch.save} wrote (PyTorch 1.6 and newer): a zip of a {@link
 * Pickle} and of one file per storage. The state dict may be the whole file or stand in it under
 * {@code model} or {@code state_dict}; a file may also be a single tensor.
 */
final class TorchFile {

  private static final String PICKLE = "/data.pkl";

  /** That of a model with ten thousand tensors has one; it also bounds what reading it takes. */
  private static final int LARGEST_PICKLE = 4 << 20;

  /** Numbers converted at once. */
  private static final int CHUNK = 1 << 18;

  private final Path file;
  private final ZipFile zip;
  private final String root;

  private TorchFile(Path file, ZipFile zip) throws IOException {
    this.file = file;
    this.zip = zip;
    this.root = root();
  }

  /**
   * Reads a file.
   *
   * @return tensors in the state dict's order, with the kind of numbers that each was stored as
   * @throws DamagedArtifactException naming the file and what of it is refused
   */
  static WeightsFile read(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      return new TorchFile(file, zip).tensors();
    } catch (ZipException | EOFException e) {
      throw refused(
          file,
          "no zip (%s), expected a file of PyTorch 1.6 or newer"
              .formatted(e.getMessage() == null ? "it ends early" : e.getMessage()));
    }
  }

  /** The folder inside that everything is in. */
  private String root() throws IOException {
    List<String> found =
        zip.stream()
            .map(ZipEntry::getName)
            .filter(name -> name.endsWith(PICKLE) && name.indexOf('/') == name.lastIndexOf('/'))
            .toList();
    if (found.size() != 1) {
      throw refused("%d files named data.pkl, expected one".formatted(found.size()));
    }
    String folder = found.get(0).substring(0, found.get(0).length() - PICKLE.length());
    ZipEntry order = zip.getEntry(folder + "/byteorder");
    if (order != null) {
      String name = new String(bytes(order, 16), StandardCharsets.US_ASCII).strip();
      if (!name.equals("little")) {
        throw refused("byte order \"%s\", expected little".formatted(name));
      }
    }
    return folder;
  }

  private WeightsFile tensors() throws IOException {
    Map<String, Pickle.TensorView> views = stateDict();
    refuseBombs(views);
    Map<String, float[]> values = new LinkedHashMap<>();
    views.forEach((name, view) -> values.put(name, new float[0]));
    for (String storage :
        views.values().stream().map(Pickle.TensorView::storage).distinct().toList()) {
      fill(storage, views, values);
    }
    List<HostTensor> tensors = new ArrayList<>();
    Map<String, ElementType> types = new LinkedHashMap<>();
    views.forEach(
        (name, view) -> {
          int[] shape = Arrays.stream(view.shape()).mapToInt(Math::toIntExact).toArray();
          tensors.add(new HostTensor(name, shape, Objects.requireNonNull(values.get(name))));
          types.put(name, view.type());
        });
    return new WeightsFile(tensors, types);
  }

  private Map<String, Pickle.TensorView> stateDict() throws IOException {
    Object whole;
    try {
      whole = Pickle.read(bytes(require(root + PICKLE), LARGEST_PICKLE));
    } catch (Pickle.Refused e) {
      throw refused("its pickle holds " + e.getMessage());
    }
    if (whole instanceof Pickle.TensorView alone) {
      return Map.of("tensor", alone);
    }
    Object dict = whole;
    for (String key : List.of("model", "state_dict")) {
      if (whole instanceof Map<?, ?> map && map.get(key) instanceof Map<?, ?> inner) {
        dict = inner;
        break;
      }
    }
    if (!(dict instanceof Map<?, ?> map) || map.isEmpty()) {
      throw refused("no dict of tensors");
    }
    Map<String, Pickle.TensorView> views = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String name)
          || !(entry.getValue() instanceof Pickle.TensorView view)) {
        throw refused("its entry %s is no tensor, expected a state dict".formatted(entry.getKey()));
      }
      views.put(name, view);
    }
    return views;
  }

  /** Views may share numbers, and a small file could so ask for any amount of memory. */
  private void refuseBombs(Map<String, Pickle.TensorView> views) throws IOException {
    long most = Files.size(file);
    long sum = 0;
    for (Map.Entry<String, Pickle.TensorView> entry : views.entrySet()) {
      Strides strides = strides(entry.getKey(), entry.getValue());
      sum += strides.count();
      if (strides.count() > entry.getValue().elements() || sum > most) {
        throw refused(
            "tensor %s has %d numbers, more than the file holds"
                .formatted(entry.getKey(), strides.count()));
      }
    }
  }

  private Strides strides(String name, Pickle.TensorView view) throws IOException {
    try {
      return Strides.of(view);
    } catch (Pickle.Refused e) {
      throw refused("tensor %s has %s".formatted(name, e.getMessage()));
    }
  }

  /** Reads one storage, and from it every tensor that is a view of it. */
  private void fill(
      String storage, Map<String, Pickle.TensorView> views, Map<String, float[]> values)
      throws IOException {
    float[] numbers = null;
    Pickle.TensorView first = null;
    for (Map.Entry<String, Pickle.TensorView> entry : views.entrySet()) {
      Pickle.TensorView view = entry.getValue();
      if (view.storage().equals(storage)) {
        if (first == null) {
          first = view;
          numbers = numbers(view);
        }
        if (numbers == null || view.type() != first.type() || view.elements() != first.elements()) {
          throw refused("two descriptions of storage " + storage);
        }
        values.put(entry.getKey(), strides(entry.getKey(), view).gather(numbers));
      }
    }
  }

  private float[] numbers(Pickle.TensorView view) throws IOException {
    ZipEntry entry = require(root + "/data/" + view.storage());
    int width = view.type().bytes();
    if (view.elements() < 0
        || view.elements() > SafetensorsHeader.MOST_VALUES
        || entry.getSize() != view.elements() * width) {
      throw refused(
          "storage %s has %d bytes, expected %d numbers of %d"
              .formatted(view.storage(), entry.getSize(), view.elements(), width));
    }
    float[] numbers = new float[(int) view.elements()];
    try (InputStream in = open(entry)) {
      byte[] chunk = new byte[CHUNK * width];
      for (int at = 0; at < numbers.length; at += CHUNK) {
        int count = Math.min(CHUNK, numbers.length - at);
        if (in.readNBytes(chunk, 0, count * width) < count * width) {
          throw refused("storage %s ends early".formatted(view.storage()));
        }
        ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, count * width);
        view.type().read(bytes.order(ByteOrder.LITTLE_ENDIAN), numbers, at, count);
      }
    }
    return numbers;
  }

  private ZipEntry require(String name) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw refused("there is no %s in it".formatted(name));
    }
    return entry;
  }

  private byte[] bytes(ZipEntry entry, int most) throws IOException {
    try (InputStream in = open(entry)) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw refused("%s has more than %d bytes".formatted(entry.getName(), most));
      }
      return bytes;
    }
  }

  /** As torch.save does it nothing is compressed, so nothing can swell. */
  private InputStream open(ZipEntry entry) throws IOException {
    if (entry.getMethod() != ZipEntry.STORED) {
      throw refused("%s is compressed, expected it stored".formatted(entry.getName()));
    }
    return zip.getInputStream(entry);
  }

  private DamagedArtifactException refused(String what) {
    return refused(file, what);
  }

  private static DamagedArtifactException refused(Path file, String what) {
    return new DamagedArtifactException("%s is refused: %s".formatted(file, what));
  }
}
