package dev.primeline.activities.generation;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.checkpoints.TrainedModel;
import dev.primeline.activities.model.Decoder;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.activities.subtokens.AgreeingTokens;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.util.function.Consumer;

/** Continues texts and fills gaps with a trained model. */
public final class Generator implements AutoCloseable {
  private final TrainedModel model;
  private final ModelText text;
  private final AgreeingTokens tokens;
  private final ArtifactRef checkpoint;

  private Generator(TrainedModel model, ModelText text, ArtifactRef checkpoint) {
    this.model = model;
    this.checkpoint = checkpoint;
    this.text = text;
    this.tokens = new AgreeingTokens(model.codes());
  }

  /**
   * Opens a checkpoint; as {@link TrainedModel#open}, and how its tokens are read.
   *
   * @throws BadInput when what belongs to the checkpoint does not fit it
   */
  public static Generator open(
      ArtifactStore store, TrainingSpec training, ArtifactRef checkpoint, EngineSettings engine)
      throws IOException {
    ModelText text = ModelText.of(store, training);
    return new Generator(TrainedModel.open(store, training, checkpoint, engine), text, checkpoint);
  }

  /** Manifest of the checkpoint. */
  ArtifactRef checkpoint() {
    return checkpoint;
  }

  /** Name of the model's family. */
  String family() {
    return model.training().family().name();
  }

  /** How the model's tokens are read and shown. */
  public ModelText text() {
    return text;
  }

  /** True for ARM, which only continues texts. */
  public boolean autoregressive() {
    return model.training().family().autoregressive();
  }

  /**
   * How many tokens fit between these.
   *
   * @throws BadInput when none does
   */
  public int room(int[] prefix, int[] suffix) {
    int window = model.training().model().length();
    int room = window - prefix.length - suffix.length;
    if (room < 1) {
      throw new BadInput(
          "prompt and suffix: %d tokens, expected fewer than the %d of the model's window"
              .formatted(prefix.length + suffix.length, window));
    }
    return room;
  }

  /**
   * Writes a text.
   *
   * @param prefix known tokens before the gap
   * @param count tokens to write
   * @param suffix known tokens after the gap; none for ARM
   * @param sample number of the text: each is another one under the same seed
   * @param watch shown the canvas as it fills
   * @return the canvas without a mask
   * @throws BadInput when the text does not fit the model; one sentence
   */
  public Canvas generate(
      int[] prefix,
      int count,
      int[] suffix,
      SamplingSettings settings,
      int sample,
      Consumer<Canvas> watch) {
    int room = room(prefix, suffix);
    if (count < 1 || count > room) {
      throw new BadInput("tokens: %d, expected between 1 and %d".formatted(count, room));
    }
    if (autoregressive() && suffix.length > 0) {
      throw new BadInput(
          "suffix: %s writes from left to right, expected none or a masked model"
              .formatted(model.training().family().name()));
    }
    Canvas canvas =
        Canvas.of(
            model.training().separator(), prefix, count, suffix, model.training().family().ell());
    if (autoregressive()) {
      try (Decoder decoder = model.network().decoder()) {
        new AutoregressiveSampler(settings).fill(canvas, decoder::read, sample, watch);
      }
    } else {
      new MaskedSampler(model.network()::logits, head(settings), settings)
          .fill(canvas, sample, watch);
    }
    return canvas;
  }

  private HeadSampler head(SamplingSettings settings) {
    Draw draw = new Draw(settings.temperature(), settings.topP());
    return switch (model.training().family().head()) {
      case TOKEN -> new TokenHeadSampler(tokens, draw);
      case SUB_TOKEN -> new SubTokenHeadSampler(tokens, model.codes().base(), draw);
    };
  }

  @Override
  public void close() {
    model.close();
  }
}
