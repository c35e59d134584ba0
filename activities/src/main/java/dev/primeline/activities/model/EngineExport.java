package dev.primeline.activities.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.primeline.activities.batches.Batch;
import dev.primeline.workflows.experiment.Flops;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The engine as a file that any libtorch loads, with an example that says what it must compute.
 *
 * <p>Beside the module, {@code extra/example.json} names the parameters as {@code step} takes them
 * (the token head's rows in code order) and the losses of the example's steps in fp32 on this
 * machine's CPU. Its inputs are {@code extra/p/000.npy} (weights before the first step) and so on,
 * {@code image}, {@code codes} [n, B, L + 1], {@code masks} [n, B, L], {@code weights} [n, B] and
 * {@code settings}; moments and update counts begin as zeros.
 */
public final class EngineExport {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final NetworkSpec spec;
  private final StepSettings settings;
  private final Map<String, byte[]> extra = new LinkedHashMap<>();

  private EngineExport(NetworkSpec spec, StepSettings settings) {
    this.spec = spec;
    this.settings = settings;
  }

  /**
   * Takes the example's steps and packs everything.
   *
   * @param batches of the example, all of one size; without any the file holds no weights either
   * @param settings of every step
   * @param seed of the weights
   * @return the file's content
   * @throws dev.primeline.workflows.experiment.BadInput when the heap cannot hold the state
   */
  public static byte[] of(NetworkSpec spec, List<Batch> batches, StepSettings settings, long seed) {
    EngineExport export = new EngineExport(spec, settings);
    List<Double> losses = batches.isEmpty() ? List.of() : export.example(batches, seed);
    export.describe(losses);
    return EngineText.archive(spec, Kernel.MKL, export.extra);
  }

  private List<Double> example(List<Batch> batches, long seed) {
    EngineSettings engine = new EngineSettings(EngineSettings.defaults().threads(), Kernel.MKL);
    List<Double> losses = new ArrayList<>();
    try (Network network = Network.create(spec, engine, seed)) {
      List<HostTensor> weights = network.inDeviceOrder();
      for (int i = 0; i < weights.size(); i++) {
        HostTensor tensor = weights.get(i);
        put("p/%03d".formatted(i), Npy.of(tensor.values(), tensor.shape()));
      }
      for (Batch batch : batches) {
        losses.add(network.step(batch, batch.sequences(), settings).loss());
      }
    }
    inputs(batches);
    return losses;
  }

  private void inputs(List<Batch> batches) {
    int sequences = batches.get(0).sequences();
    int length = batches.get(0).length();
    int steps = batches.size();
    long[] codes = new long[steps * sequences * (length + 1)];
    long[] masks = new long[steps * sequences * length];
    float[] weights = new float[steps * sequences];
    for (int step = 0; step < steps; step++) {
      Batch batch = batches.get(step);
      BatchInputs.codes(spec, batch, codes, step * sequences * (length + 1));
      BatchInputs.masks(spec, batch, masks, step * sequences * length);
      System.arraycopy(batch.weights(), 0, weights, step * sequences, sequences);
    }
    put("codes", Npy.of(codes, steps, sequences, length + 1));
    put("masks", Npy.of(masks, steps, sequences, length));
    put("weights", Npy.of(weights, steps, sequences));
    put("settings", Npy.of(Network.numbers(sequences, settings)));
  }

  private void describe(List<Double> losses) {
    long[] image = new long[spec.vocabularySize()];
    for (int token = 0; token < image.length; token++) {
      image[token] = spec.codes()[token];
    }
    put("image", Npy.of(image, image.length));
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("family", spec.family());
    facts.put("model", spec.shape());
    facts.put("vocabularySize", spec.vocabularySize());
    facts.put("flopsPerToken", Flops.perToken(spec.shape(), spec.family(), spec.vocabularySize()));
    facts.put("parameters", parameters());
    facts.put("libtorch", TorchModule.version());
    facts.put("losses", losses);
    try {
      extra.put("example.json", JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(facts));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names and shapes as the device has them. */
  private List<Map<String, Object>> parameters() {
    List<Map<String, Object>> parameters = new ArrayList<>();
    for (ParameterLayout.Parameter parameter : ParameterLayout.of(spec)) {
      int[] shape = parameter.shape().clone();
      if (spec.tokenHead() && parameter.name().equals(ParameterLayout.HEAD)) {
        shape[0] = new HeadRows(spec).rows();
      }
      parameters.add(Map.of("name", parameter.name(), "shape", shape));
    }
    return parameters;
  }

  private void put(String name, byte[] npy) {
    extra.put(name + ".npy", npy);
  }
}
