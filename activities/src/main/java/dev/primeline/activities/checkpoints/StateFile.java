package dev.primeline.activities.checkpoints;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.model.HostTensor;
import dev.primeline.activities.model.ModelState;
import dev.primeline.activities.training.TrainingPast;
import dev.primeline.activities.training.TrainingState;
import dev.primeline.activities.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * state.json: what of a {@link TrainingState} is neither weight nor moment.
 *
 * @param formatVersion the manifest's
 * @param step optimiser steps done
 * @param updates of the optimiser
 * @param fingerprint what the arithmetic depended on
 * @param past what the training remembers of its way; absent from older files, which had none
 */
record StateFile(
    int formatVersion,
    long step,
    long updates,
    Map<String, String> fingerprint,
    @Nullable TrainingPast past) {

  /** PyTorch's names for AdamW's moments. */
  private static final String FIRST_MOMENT = "exp_avg.";

  private static final String SECOND_MOMENT = "exp_avg_sq.";
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  StateFile {
    fingerprint = new TreeMap<>(fingerprint);
  }

  /** Writes a state's files into a folder; {@code ema} only where an average is kept. */
  static void write(TrainingState state, Path model, Path ema, Path optimizer, Path rest)
      throws IOException {
    Safetensors.write(model, state.model().weights(), Map.of("format", "pt"));
    if (!state.model().average().isEmpty()) {
      Safetensors.write(ema, state.model().average(), Map.of("format", "pt"));
    }
    List<HostTensor> moments = new ArrayList<>();
    state.model().firstMoments().forEach(m -> moments.add(renamed(m, FIRST_MOMENT + m.name())));
    state.model().secondMoments().forEach(m -> moments.add(renamed(m, SECOND_MOMENT + m.name())));
    Safetensors.write(optimizer, moments, Map.of());
    StateFile file =
        new StateFile(
            Manifest.FORMAT_VERSION,
            state.step(),
            state.model().updates(),
            state.fingerprint(),
            state.past());
    Files.write(rest, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(file));
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws DamagedArtifactException when the files do not belong together
   */
  static TrainingState read(Path model, @Nullable Path ema, Path optimizer, Path rest)
      throws IOException {
    List<HostTensor> weights = Safetensors.read(model).tensors();
    List<HostTensor> average = ema == null ? List.of() : Safetensors.read(ema).tensors();
    List<HostTensor> first = new ArrayList<>();
    List<HostTensor> second = new ArrayList<>();
    for (HostTensor moment : Safetensors.read(optimizer).tensors()) {
      String name = moment.name();
      if (name.startsWith(FIRST_MOMENT)) {
        first.add(renamed(moment, name.substring(FIRST_MOMENT.length())));
      } else if (name.startsWith(SECOND_MOMENT)) {
        second.add(renamed(moment, name.substring(SECOND_MOMENT.length())));
      } else {
        throw new DamagedArtifactException(
            "%s: tensor %s, expected names that begin with %s or %s"
                .formatted(optimizer, name, FIRST_MOMENT, SECOND_MOMENT));
      }
    }
    if (!alike(weights, first) || !alike(weights, second)) {
      throw new DamagedArtifactException(
          "%s: moments of other names, shapes or order than the weights, expected the same"
              .formatted(optimizer));
    }
    if (ema != null && !alike(weights, average)) {
      throw new DamagedArtifactException(
          "%s: other names, shapes or order than the weights, expected the same".formatted(ema));
    }
    StateFile state = parse(rest);
    return new TrainingState(
        state.step(),
        new ModelState(weights, first, second, average, state.updates()),
        state.fingerprint(),
        state.remembered());
  }

  /** What the training remembers of its way. */
  TrainingPast remembered() {
    return past == null ? TrainingPast.NONE : past;
  }

  static StateFile parse(Path rest) throws IOException {
    try {
      return JSON.readValue(Files.readAllBytes(rest), StateFile.class);
    } catch (JsonProcessingException e) {
      throw new DamagedArtifactException("%s is not a training's state".formatted(rest));
    }
  }

  private static boolean alike(List<HostTensor> weights, List<HostTensor> moments) {
    boolean alike = weights.size() == moments.size();
    for (int i = 0; alike && i < weights.size(); i++) {
      alike =
          weights.get(i).name().equals(moments.get(i).name())
              && Arrays.equals(weights.get(i).shape(), moments.get(i).shape());
    }
    return alike;
  }

  private static HostTensor renamed(HostTensor tensor, String name) {
    return new HostTensor(name, tensor.shape(), tensor.values());
  }
}
