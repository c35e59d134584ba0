package dev.primeline.benchmarks;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.activities.batches.TrainingBatches;
import dev.primeline.activities.model.NetworkSpec;
import dev.primeline.activities.model.StepSettings;
import dev.primeline.activities.subtokens.SubTokenizer;
import dev.primeline.activities.tokens.UniformTokens;
import dev.primeline.workflows.experiment.Attention;
import dev.primeline.workflows.experiment.CodeOrder;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.experiment.Head;
import dev.primeline.workflows.experiment.ModelShape;
import dev.primeline.workflows.experiment.Objective;
import dev.primeline.workflows.experiment.Precision;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * One line of the comparison: a training step of one network.
 *
 * @param family {@code arm}, {@code mdm} or {@code prime-v2}
 * @param objective what the engine minimises
 * @param precision of the matrix products
 * @param batch sequences of a step
 * @param vocabulary V
 * @param optimizer the same at every step
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Row(
    String family,
    Head head,
    Objective objective,
    Precision precision,
    ModelShape shape,
    int batch,
    int vocabulary,
    int ell,
    int base,
    Optimizer optimizer) {

  /** AdamW's settings and the bound on the gradient norm. */
  record Optimizer(
      double learningRate,
      double weightDecay,
      double beta1,
      double beta2,
      double epsilon,
      double clip) {}

  /** Batches that come again and again, so that a file can hold them all. */
  static final int BATCHES = 16;

  static final long SEED = 1;

  private static final ObjectMapper JSON = JsonMapper.builder().build();

  static Row parse(String json) {
    try {
      return JSON.readValue(json, Row.class);
    } catch (IOException e) {
      throw new UncheckedIOException("not a row: " + json, e);
    }
  }

  /** A row of rows.json, with the bound as objective. */
  static Row named(String name) {
    try (InputStream in = Row.class.getResourceAsStream("rows.json")) {
      JsonNode file = JSON.readTree(in);
      for (JsonNode row : file.get("rows")) {
        if (row.get("name").asText().equals(name)) {
          ObjectNode complete = row.deepCopy();
          complete.put("objective", "bound");
          complete.set("shape", file.get("shapes").get(row.get("shape").asText()));
          complete.set("optimizer", file.get("optimizer"));
          return JSON.treeToValue(complete, Row.class);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("rows.json cannot be read", e);
    }
    throw new IllegalArgumentException("rows.json has no row \"%s\"".formatted(name));
  }

  Family settings() {
    return new Family(
        family,
        family.equals("arm") ? Attention.CAUSAL : Attention.FULL,
        ell,
        base,
        ell == 1 ? CodeOrder.INDEX : CodeOrder.SHUFFLED,
        head,
        objective);
  }

  StepSettings step() {
    return new StepSettings(
        optimizer.learningRate(),
        optimizer.weightDecay(),
        optimizer.beta1(),
        optimizer.beta2(),
        optimizer.epsilon(),
        optimizer.clip(),
        0,
        precision);
  }

  NetworkSpec network() {
    Family settings = settings();
    SubTokenizer digits = SubTokenizer.build(vocabulary, base, ell, settings.order(), SEED);
    return new NetworkSpec(settings, shape, vocabulary, digits.codes());
  }

  /** Of uniform tokens: what they say does not change a step's time. */
  TrainingBatches batches() {
    UniformTokens tokens = new UniformTokens(BATCHES * batch * shape.length(), vocabulary, SEED);
    return new TrainingBatches(tokens, 0, shape.length(), settings(), batch, SEED);
  }
}
