package dev.primeline.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.primeline.activities.batches.TrainingBatches;
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
 * JSON. Standard output first says what this is, then answers every line {@code steps K} of
 * standard input, each with a line of JSON. Making a step's batch is part of the step, as it is in
 * a training.
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
        answer(worker.steps(Integer.parseInt(line.substring("steps ".length()))));
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
    long nanos = System.nanoTime() - start;
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("seconds", nanos * 1e-9);
    figures.put("cpuSeconds", ProcessFigures.cpuSeconds() - cpuSeconds);
    figures.put("peakMemoryBytes", ProcessFigures.peakMemoryBytes());
    figures.put("losses", losses);
    figures.put("gradientNorms", norms);
    return figures;
  }

  private static void answer(Map<String, Object> figures) throws IOException {
    System.out.println(JSON.writeValueAsString(figures));
  }
}
