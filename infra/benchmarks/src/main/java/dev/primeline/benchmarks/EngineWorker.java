package dev.primeline.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.primeline.activities.batches.Batch;
import dev.primeline.activities.batches.TrainingBatches;
import dev.primeline.activities.model.Denoiser;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.model.Network;
import dev.primeline.activities.model.StepResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Our engine as a worker process, the counterpart of {@code peer/worker.py}. Argument: a row as
 * JSON. Standard output first says what this is, then answers every line {@code steps K} or {@code
 * score K} of standard input, each with a line of JSON. Making a step's batch is part of the step,
 * as it is in a training.
 */
public final class EngineWorker {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final Row row;
  private final Network network;
  private final TrainingBatches batches;
  private long done;

  private EngineWorker(Row row) {
    this.row = row;
    network = Network.create(row.network(), EngineSettings.defaults(), Row.SEED);
    batches = row.batches();
  }

  public static void main(String[] arguments) throws IOException {
    Row row = Row.parse(arguments[0]);
    EngineWorker worker = new EngineWorker(row);
    Map<String, Object> about =
        new TreeMap<>(worker.network.fingerprint(row.batch(), row.precision()));
    about.put("java", System.getProperty("java.vendor") + " " + Runtime.version());
    about.put("parameters", worker.network.parameters());
    answer(about);
    try (BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        String[] words = line.split(" ", 2);
        int count = Integer.parseInt(words[1]);
        answer(words[0].equals("score") ? worker.score(count) : worker.steps(count));
      }
    }
  }

  private Map<String, Object> steps(int count) throws IOException {
    double[] losses = new double[count];
    double[] norms = new double[count];
    double cpuSeconds = ProcessFigures.cpuSeconds();
    long start = System.nanoTime();
    for (int i = 0; i < count; i++, done++) {
      StepResult result = network.step(batches.at(done % Row.BATCHES), row.batch(), row.step());
      losses[i] = result.loss();
      norms[i] = result.gradientNorm();
    }
    Map<String, Object> figures = figures(start, cpuSeconds);
    figures.put("losses", losses);
    figures.put("gradientNorms", norms);
    return figures;
  }

  /**
   * The forward pass of an evaluation: the bound, and the papers' joint form, which comes along.
   */
  private Map<String, Object> score(int count) throws IOException {
    double[] bounds = new double[count];
    double[] joints = new double[count];
    double cpuSeconds = ProcessFigures.cpuSeconds();
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      Batch batch = batches.at(i % Row.BATCHES);
      Denoiser.Costs costs = network.costs(batch);
      bounds[i] = weighted(batch, costs.marginal());
      joints[i] = weighted(batch, costs.joint());
    }
    Map<String, Object> figures = figures(start, cpuSeconds);
    figures.put("bounds", bounds);
    figures.put("joints", joints);
    return figures;
  }

  /** Nats per token. */
  private static double weighted(Batch batch, double[] costs) {
    double sum = 0;
    for (int i = 0; i < costs.length; i++) {
      sum += batch.weights()[i] * costs[i];
    }
    return sum / costs.length / batch.length();
  }

  private static Map<String, Object> figures(long start, double cpuSeconds) throws IOException {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("seconds", (System.nanoTime() - start) * 1e-9);
    figures.put("cpuSeconds", ProcessFigures.cpuSeconds() - cpuSeconds);
    figures.put("peakMemoryBytes", ProcessFigures.peakMemoryBytes());
    return figures;
  }

  private static void answer(Map<String, Object> figures) throws IOException {
    System.out.println(JSON.writeValueAsString(figures));
  }
}
