package dev.primeline.activities.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.Buffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A loaded TorchScript module and the tensors that live beside it on the device. Everything that
 * this project knows about DJL's conventions is here:
 *
 * <ul>
 *   <li>an array's name tells where it goes: {@code p[]} into a list argument, {@code
 *       module_method:step} selects the method, no name is a plain argument;
 *   <li>{@code IValueUtils.forward} in training mode is the one call that leaves autograd usable;
 *   <li>results belong to the manager of the first input, so that one lives in the call's own;
 *   <li>gradient mode, graph optimisation and OpenMP's thread count are per thread.
 * </ul>
 */
final class TorchModule implements AutoCloseable {
  private final PtNDManager manager;
  private final PtSymbolBlock module;
  private final int threads;

  /** Tensors that stay on the device until the module closes: one list argument. */
  static final class Resident {
    private final NDList arrays;

    private Resident(NDList arrays) {
      this.arrays = arrays;
    }
  }

  /** A tensor argument of one call. */
  record Input(Buffer values, long... shape) {}

  private TorchModule(PtNDManager manager, PtSymbolBlock module, int threads) {
    this.manager = manager;
    this.module = module;
    this.threads = threads;
  }

  /**
   * Loads an archive onto a device.
   *
   * @throws IllegalStateException without libtorch; one sentence
   * @throws RuntimeException of the engine when the text does not compile
   */
  static TorchModule load(byte[] archive, EngineSettings settings) {
    PtNDManager manager = (PtNDManager) engine().newBaseManager(device(settings.device()));
    try {
      JniUtils.setGraphExecutorOptimize(false);
      PtSymbolBlock module =
          JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false);
      return new TorchModule(manager, module, settings.threads());
    } catch (IOException impossible) {
      manager.close();
      throw new UncheckedIOException(impossible);
    } catch (RuntimeException refused) {
      manager.close();
      throw refused;
    }
  }

  /** The version of libtorch. */
  static String version() {
    return engine().getVersion();
  }

  /** How many GPUs libtorch sees. */
  static int gpus() {
    return engine().getGpuCount();
  }

  private static Device device(String label) {
    int colon = label.indexOf(':');
    return colon < 0 ? Device.cpu() : Device.gpu(Integer.parseInt(label.substring(colon + 1)));
  }

  private static Engine engine() {
    String own = System.getenv("PYTORCH_LIBRARY_PATH");
    if (own != null && !own.isBlank()) {
      LibtorchFolder.properties(Path.of(own)).forEach(System::setProperty);
    }
    try {
      return Engine.getEngine("PyTorch");
    } catch (RuntimeException | LinkageError cause) {
      throw new IllegalStateException(
          "libtorch does not load on %s %s: expected pytorch-native-cpu for this platform on the class path, or PYTORCH_LIBRARY_PATH (%s)"
              .formatted(
                  System.getProperty("os.name"), System.getProperty("os.arch"), innermost(cause)),
          cause);
    }
  }

  private static String innermost(Throwable error) {
    Throwable deepest = error;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    String message = deepest.getMessage();
    return message == null
        ? deepest.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }

  /** Copies tensors to the device one by one, as the list argument of that name. */
  Resident keep(String list, Stream<HostTensor> tensors) {
    NDList arrays = new NDList();
    tensors.forEachOrdered(
        tensor -> arrays.add(own(FloatBuffer.wrap(tensor.values()), longs(tensor.shape()))));
    return named(list + "[]", arrays);
  }

  /** Tensors of zeros as large as those, as the list argument of that name. */
  Resident zeros(String list, Resident like) {
    NDList arrays = new NDList();
    for (NDArray array : like.arrays) {
      arrays.add(array.zerosLike());
    }
    return named(list + "[]", arrays);
  }

  /** Copies one tensor to the device, as a plain argument. */
  Resident keep(Input input) {
    return new Resident(new NDList(own(input.values(), input.shape())));
  }

  /** Copies tensors on the device, as the list argument of that name. */
  Resident copy(String list, Resident of) {
    NDList arrays = new NDList();
    for (NDArray array : of.arrays) {
      NDArray copy = array.duplicate();
      copy.attach(manager);
      arrays.add(copy);
    }
    return named(list + "[]", arrays);
  }

  /** Forgets tensors and frees their memory. */
  void release(Resident resident) {
    resident.arrays.close();
  }

  /** The values of one of those tensors, row-major, to be read before the next call. */
  FloatBuffer read(Resident resident, int index) {
    return floats(resident.arrays.get(index));
  }

  /** Calls a method whose result is one float64 tensor. */
  double[] numbers(String method, List<Resident> resident, Input... inputs) {
    return call(method, resident, inputs, results -> results.singletonOrThrow().toDoubleArray());
  }

  /** Calls a method whose result is one float32 tensor. */
  float[] floats(String method, List<Resident> resident, Input... inputs) {
    return call(method, resident, inputs, results -> results.singletonOrThrow().toFloatArray());
  }

  /** Calls a method whose result is a list of tensors, and takes all but the last, of float32. */
  List<float[]> tensors(String method, List<Resident> resident, Input... inputs) {
    return call(
        method,
        resident,
        inputs,
        results -> {
          List<float[]> values = new ArrayList<>();
          for (NDArray array : results.subNDList(0, results.size() - 1)) {
            values.add(array.toFloatArray());
          }
          return values;
        });
  }

  /** Calls a method for its time alone. */
  void run(String method, List<Resident> resident, Input... inputs) {
    call(method, resident, inputs, results -> results.size());
  }

  /** Tensors alive in this module's own manager: constant between calls. */
  int residents() {
    return manager.getManagedArrays().size();
  }

  @Override
  public void close() {
    module.close();
    manager.close();
  }

  private <R> R call(
      String method, List<Resident> resident, Input[] inputs, Function<NDList, R> read) {
    JniUtils.setGraphExecutorOptimize(false);
    JniUtils.setNumThreads(threads);
    boolean gradients = JniUtils.isGradMode();
    try (NDManager scope = manager.newSubManager()) {
      NDArray marker = scope.zeros(new Shape(1));
      marker.setName("module_method:" + method);
      NDList arguments = new NDList(marker);
      for (Resident each : resident) {
        arguments.addAll(each.arrays);
      }
      for (Input input : inputs) {
        arguments.add(scope.create(input.values(), new Shape(input.shape())));
      }
      NDList results = IValueUtils.forward(module, arguments, true);
      results.attach(scope);
      return read.apply(results);
    } catch (EngineException error) {
      throw DeviceMemoryException.orSelf(error);
    } catch (OutOfMemoryError error) {
      throw new DeviceMemoryException(String.valueOf(error.getMessage()), error);
    } finally {
      JniUtils.setGradMode(gradients);
    }
  }

  /**
   * In libtorch's own, aligned memory rather than a buffer of the JVM's. On a CPU values go there
   * directly: a buffer between would be garbage as large as the tensor, outside the Java heap.
   */
  private NDArray own(Buffer values, long... shape) {
    if (values instanceof FloatBuffer floats && manager.getDevice().equals(Device.cpu())) {
      NDArray array = manager.zeros(new Shape(shape));
      floats(array).put(floats);
      return array;
    }
    try (NDManager scope = manager.newSubManager()) {
      NDArray copy = scope.create(values, new Shape(shape)).duplicate();
      copy.attach(manager);
      return copy;
    } catch (EngineException error) {
      throw DeviceMemoryException.orSelf(error);
    }
  }

  /** The values of a float32 tensor: its memory itself where Java can reach it, else a copy. */
  private static FloatBuffer floats(NDArray array) {
    return array.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  private static Resident named(String name, NDList arrays) {
    for (NDArray array : arrays) {
      array.setName(name);
    }
    return new Resident(arrays);
  }

  private static long[] longs(int[] shape) {
    long[] dimensions = new long[shape.length];
    for (int i = 0; i < shape.length; i++) {
      dimensions[i] = shape[i];
    }
    return dimensions;
  }
}
