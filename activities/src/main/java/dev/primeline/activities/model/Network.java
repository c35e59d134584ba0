package dev.primeline.activities.model;

import dev.primeline.activities.batches.Batch;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.Parameters;
import dev.primeline.workflows.experiment.Precision;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A network on its device with its optimiser. One native call does a whole step. Methods exclude
 * each other; results depend on the state, the arguments and the {@link #fingerprint} alone.
 */
public final class Network implements Denoiser, AutoCloseable {
  private final NetworkSpec spec;
  private final EngineSettings settings;
  private final List<ParameterLayout.Parameter> layout;
  private final HeadRows headRows;
  private final TorchModule module;
  private final TorchModule.Resident image;
  private final AtomicReference<@Nullable ModelState> spent = new AtomicReference<>();
  private Held held;

  /** The state on the device; the token head's rows in code order. */
  private record Held(
      TorchModule.Resident weights,
      TorchModule.Resident firstMoments,
      TorchModule.Resident secondMoments,
      TorchModule.Resident updates,
      TorchModule.@Nullable Resident average,
      long count) {

    Held afterStep() {
      return new Held(weights, firstMoments, secondMoments, updates, average, count + 1);
    }

    Held with(TorchModule.Resident begun) {
      return new Held(weights, firstMoments, secondMoments, updates, begun, count);
    }

    List<TorchModule.Resident> residents() {
      return Stream.of(weights, firstMoments, secondMoments, updates, average)
          .filter(Objects::nonNull)
          .toList();
    }

    /** The moving average where one is kept. */
    TorchModule.Resident scored() {
      return average == null ? weights : average;
    }
  }

  private Network(NetworkSpec spec, EngineSettings settings, long seed) {
    this.spec = spec;
    this.settings = settings;
    layout = ParameterLayout.of(spec);
    headRows = new HeadRows(spec);
    module = TorchModule.load(EngineText.archive(spec, settings.kernel()), settings);
    image = module.keep(new TorchModule.Input(codes(), spec.vocabularySize()));
    held = begun(InitialWeights.of(spec, seed));
  }

  /**
   * A network with fresh weights, which are a function of the seed alone.
   *
   * @throws BadInput when the heap cannot hold its state
   * @throws IllegalStateException when libtorch does not load; one sentence
   */
  public static Network create(NetworkSpec spec, EngineSettings settings, long seed) {
    requireHeap(spec, Runtime.getRuntime().maxMemory());
    return new Network(spec, settings, seed);
  }

  /** Said before anything is allocated: out of memory, a process has no sentence left. */
  static void requireHeap(NetworkSpec spec, long heap) {
    long parameters = Parameters.count(spec.shape(), spec.family(), spec.vocabularySize());
    double needed = 3.0 * Float.BYTES * parameters;
    if (needed > heap) {
      throw new BadInput(
          String.format(
              Locale.ROOT,
              "model: the %,d parameters of %s need %.1f GB of Java heap and this process has %.1f GB,"
                  + " expected a smaller model or a larger heap (-Xmx)",
              parameters,
              spec.family().name(),
              needed / 1e9,
              heap / 1e9));
    }
  }

  /**
   * One AdamW step on the batch's weighted loss, accumulated over micro-batches.
   *
   * @param microBatch sequences that the device holds at once; divides the batch
   * @throws IllegalArgumentException when the batch does not fit this network; one sentence
   * @throws DeviceMemoryException when a smaller micro-batch might do; restore a state first
   */
  public synchronized StepResult step(Batch batch, int microBatch, StepSettings step) {
    double[] numbers = numbers(expectDivisor(batch, microBatch), step);
    TorchModule.Input[] inputs =
        with(
            BatchInputs.weighted(spec, batch),
            new TorchModule.Input(DoubleBuffer.wrap(numbers), numbers.length));
    double[] found =
        module.numbers(
            "step",
            List.of(held.weights, held.firstMoments, held.secondMoments, held.updates, image),
            inputs);
    held = held.afterStep();
    if (step.emaDecay() > 0) {
      average(step.emaDecay());
    }
    return new StepResult(found[0], found[1], Math.round(found[2]));
  }

  /**
   * Takes the weights into their moving average, which forgets faster while it is young: it keeps
   * {@code (1 + n) / (10 + n)} of itself after n updates where that is below the decay.
   */
  private void average(double decay) {
    TorchModule.Resident average = held.average;
    if (average == null) {
      held = held.with(module.copy("a", held.weights));
      return;
    }
    double kept = Math.min(decay, (1.0 + held.count) / (10.0 + held.count));
    module.numbers(
        "average",
        List.of(average, held.weights),
        new TorchModule.Input(DoubleBuffer.wrap(new double[] {kept})));
  }

  @Override
  public synchronized Costs costs(Batch batch) {
    double[] pairs =
        module.numbers("costs", List.of(held.scored(), image), BatchInputs.of(spec, batch));
    double[] marginal = new double[batch.sequences()];
    double[] joint = new double[batch.sequences()];
    for (int i = 0; i < marginal.length; i++) {
      marginal[i] = pairs[2 * i];
      joint[i] = spec.tokenHead() ? pairs[2 * i + 1] : Double.NaN;
    }
    return new Costs(marginal, joint);
  }

  /**
   * What the head says of positions of one partly masked sequence, before carry-over: a token that
   * contradicts a revealed digit has a logit too.
   *
   * @param sequence of one row; weights are ignored
   * @param positions in [0, L), ascending; ARM: each is predicted from what is before it
   * @param sink told of each position in turn, as {@link LogitSink} says
   */
  public synchronized void logits(Batch sequence, int[] positions, LogitSink sink) {
    long[] rows = Arrays.stream(positions).asLongStream().toArray();
    TorchModule.Input[] inputs =
        with(
            BatchInputs.of(spec, sequence),
            new TorchModule.Input(LongBuffer.wrap(rows), rows.length));
    HeadLogits head = new HeadLogits(spec, module, held.scored());
    head.read(
        module.floats("final_states", List.of(held.scored()), inputs),
        (row, logits) -> sink.accept(positions[row], logits));
  }

  /** Begins to read a sequence token by token; ARM only. The weights must stay as they are. */
  public synchronized Decoder decoder() {
    return new Decoder(spec, module, held.scored());
  }

  /** A copy of the weights, their average and the optimiser's state, in layout and token order. */
  public synchronized ModelState snapshot() {
    ModelState spent = this.spent.getAndSet(null);
    TorchModule.Resident average = held.average;
    return new ModelState(
        toHost(held.weights, spent == null ? List.of() : spent.weights()),
        toHost(held.firstMoments, spent == null ? List.of() : spent.firstMoments()),
        toHost(held.secondMoments, spent == null ? List.of() : spent.secondMoments()),
        average == null ? List.of() : toHost(average, spent == null ? List.of() : spent.average()),
        held.count);
  }

  /**
   * Takes back a snapshot that nobody reads any more: the next one is written over it. Touching
   * fresh memory takes several times as long as copying.
   */
  public void recycle(ModelState snapshot) {
    spent.set(snapshot);
  }

  /**
   * Continues from a state as if it had been reached here.
   *
   * @throws IllegalArgumentException when names or shapes are another network's; one sentence
   */
  public synchronized void restore(ModelState state) {
    state.lists().forEach(this::expectLayout);
    // First make room: a device that has just run out of it could not hold both.
    held.residents().forEach(module::release);
    held = hold(state);
  }

  /**
   * Begins a training with weights from elsewhere.
   *
   * @throws IllegalArgumentException when names or shapes are another network's; one sentence
   */
  public synchronized void begin(List<HostTensor> weights) {
    expectLayout(weights);
    held.residents().forEach(module::release);
    held = begun(weights.stream());
  }

  /** Goes back to fresh weights, those that {@link #create} gives. */
  public synchronized void restart(long seed) {
    held.residents().forEach(module::release);
    held = begun(InitialWeights.of(spec, seed));
  }

  /** Number of parameters, embedding and head included. */
  public long parameters() {
    return ParameterLayout.parameters(spec);
  }

  /**
   * What the last bits of a step depend on: device, CPU model, libtorch, hash of the engine's text,
   * kernel, threads, dtype, micro-batch.
   */
  public Map<String, String> fingerprint(int microBatch, Precision precision) {
    return Fingerprint.of(settings, microBatch, precision);
  }

  /** Gradients of the batch's weighted loss, in layout and token order. */
  synchronized List<HostTensor> gradients(Batch batch, int microBatch, Precision precision) {
    double[] numbers = {expectDivisor(batch, microBatch), torchType(precision)};
    TorchModule.Input[] inputs =
        with(
            BatchInputs.weighted(spec, batch),
            new TorchModule.Input(DoubleBuffer.wrap(numbers), numbers.length));
    List<float[]> gradients = module.tensors("gradients", List.of(held.weights, image), inputs);
    List<HostTensor> result = new ArrayList<>();
    for (int i = 0; i < layout.size(); i++) {
      ParameterLayout.Parameter parameter = layout.get(i);
      float[] values = new float[parameter.size()];
      toTokenOrder(parameter, FloatBuffer.wrap(gradients.get(i)), values);
      result.add(new HostTensor(parameter.name(), parameter.shape(), values));
    }
    return result;
  }

  /** The weights as the module takes them: the token head's rows in code order. */
  synchronized List<HostTensor> inDeviceOrder() {
    return snapshot().weights().stream().map(this::toDevice).toList();
  }

  /** Tensors alive between calls. */
  int residents() {
    return module.residents();
  }

  @Override
  public synchronized void close() {
    module.close();
  }

  private Held hold(ModelState state) {
    return new Held(
        module.keep("p", state.weights().stream().map(this::toDevice)),
        module.keep("m", state.firstMoments().stream().map(this::toDevice)),
        module.keep("v", state.secondMoments().stream().map(this::toDevice)),
        counters(state.updates()),
        state.average().isEmpty()
            ? null
            : module.keep("a", state.average().stream().map(this::toDevice)),
        state.updates());
  }

  private Held begun(Stream<HostTensor> initial) {
    TorchModule.Resident weights = module.keep("p", initial.map(this::toDevice));
    return new Held(
        weights, module.zeros("m", weights), module.zeros("v", weights), counters(0), null, 0);
  }

  private TorchModule.Resident counters(long updates) {
    float[] value = {updates};
    return module.keep(
        "t", layout.stream().map(each -> new HostTensor(each.name(), new int[0], value)));
  }

  private HostTensor toDevice(HostTensor tensor) {
    return spec.tokenHead() && tensor.name().equals(ParameterLayout.HEAD)
        ? headRows.toCodeOrder(tensor)
        : tensor;
  }

  /** A host copy of tensors on the device, in arrays that served before where there are any. */
  private List<HostTensor> toHost(TorchModule.Resident resident, List<HostTensor> spent) {
    List<HostTensor> result = new ArrayList<>();
    for (int i = 0; i < layout.size(); i++) {
      ParameterLayout.Parameter parameter = layout.get(i);
      float[] values = spent.isEmpty() ? new float[parameter.size()] : spent.get(i).values();
      toTokenOrder(parameter, module.read(resident, i), values);
      result.add(new HostTensor(parameter.name(), parameter.shape(), values));
    }
    return result;
  }

  private void toTokenOrder(ParameterLayout.Parameter parameter, FloatBuffer from, float[] to) {
    if (spec.tokenHead() && parameter.name().equals(ParameterLayout.HEAD)) {
      headRows.toTokenOrder(from, spec.shape().width(), to);
    } else {
      from.get(to);
    }
  }

  private LongBuffer codes() {
    return LongBuffer.wrap(Arrays.stream(spec.codes()).asLongStream().toArray());
  }

  private void expectLayout(List<HostTensor> tensors) {
    if (tensors.size() != layout.size()) {
      throw new IllegalArgumentException(
          "a state of %d tensors, expected %d".formatted(tensors.size(), layout.size()));
    }
    for (int i = 0; i < layout.size(); i++) {
      HostTensor tensor = tensors.get(i);
      ParameterLayout.Parameter parameter = layout.get(i);
      if (!tensor.name().equals(parameter.name())
          || !Arrays.equals(tensor.shape(), parameter.shape())
          || tensor.values().length != parameter.size()) {
        throw new IllegalArgumentException(
            "tensor %d of a state: %s %s with %d values, expected %s %s"
                .formatted(
                    i,
                    tensor.name(),
                    Arrays.toString(tensor.shape()),
                    tensor.values().length,
                    parameter.name(),
                    Arrays.toString(parameter.shape())));
      }
    }
  }

  private static int expectDivisor(Batch batch, int microBatch) {
    if (microBatch < 1 || batch.sequences() % microBatch != 0) {
      throw new IllegalArgumentException(
          "micro-batch: %d, expected a divisor of the %d sequences of a batch"
              .formatted(microBatch, batch.sequences()));
    }
    return microBatch;
  }

  /** The settings tensor of the module's {@code step}. */
  static double[] numbers(int microBatch, StepSettings step) {
    return new double[] {
      microBatch,
      torchType(step.precision()),
      step.learningRate(),
      step.weightDecay(),
      step.beta1(),
      step.beta2(),
      step.epsilon(),
      step.clip()
    };
  }

  /** libtorch's number of a type. */
  static int torchType(Precision precision) {
    return switch (precision) {
      case FP32 -> 6;
      case BF16 -> 15;
    };
  }

  private static TorchModule.Input[] with(TorchModule.Input[] inputs, TorchModule.Input last) {
    TorchModule.Input[] all = Arrays.copyOf(inputs, inputs.length + 1);
    all[inputs.length] = last;
    return all;
  }
}
