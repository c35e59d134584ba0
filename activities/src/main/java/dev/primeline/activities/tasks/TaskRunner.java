package dev.primeline.activities.tasks;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.checkpoints.TrainedModel;
import dev.primeline.activities.generation.ModelText;
import dev.primeline.activities.model.EngineSettings;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.training.TrainingSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Asks a trained model the questions of tasks. */
public final class TaskRunner implements AutoCloseable {
  private static final int FORMAT = 1;

  private final TrainedModel model;
  private final ArtifactRef checkpoint;
  private final MultipleChoice choice;
  private final int draws;

  private TaskRunner(TrainedModel model, ArtifactRef checkpoint, MultipleChoice choice, int draws) {
    this.model = model;
    this.checkpoint = checkpoint;
    this.choice = choice;
    this.draws = draws;
  }

  /**
   * Opens a checkpoint; as {@link TrainedModel#open}.
   *
   * @param draws mask draws per choice
   * @throws BadInput when the model reads no text, or what belongs to the checkpoint does not fit
   *     it
   */
  public static TaskRunner open(
      ArtifactStore store,
      TrainingSpec training,
      ArtifactRef checkpoint,
      EngineSettings engine,
      int draws)
      throws IOException {
    ModelText text = ModelText.of(store, training);
    if (!text.words()) {
      throw new BadInput(
          "%s: a model of the symbols of a synthetic source, expected one of text"
              .formatted(checkpoint.key()));
    }
    TrainedModel model = TrainedModel.open(store, training, checkpoint, engine);
    try {
      MultipleChoice choice =
          new MultipleChoice(
              model.network(),
              training.family(),
              text::encode,
              training.separator(),
              training.model().length(),
              draws);
      return new TaskRunner(model, checkpoint, choice, draws);
    } catch (RuntimeException refused) {
      model.close();
      throw refused;
    }
  }

  /**
   * Asks the questions of a task; those whose answers are in the log already are not asked again.
   *
   * @param log a file for the answers; null for none
   * @param progress told how many questions are answered
   * @throws BadInput when a question cannot be asked; one sentence
   */
  public TaskScores run(
      Task task, List<Question> questions, @Nullable Path log, IntConsumer progress)
      throws IOException {
    List<Answer> answers = new ArrayList<>();
    AnswerLog written = null;
    if (log != null) {
      String asked = Hashes.sha256(questions.toString().getBytes(StandardCharsets.UTF_8));
      written =
          new AnswerLog(
              log, new AnswerLog.Header(FORMAT, task.label(), asked, checkpoint.sha256(), draws));
      answers.addAll(written.kept());
    }
    for (int q = answers.size(); q < questions.size(); q++) {
      Answer answer = choice.answer(q, questions.get(q));
      answers.add(answer);
      if (written != null) {
        written.add(answer);
      }
      progress.accept(answers.size());
    }
    return TaskScores.of(task, answers, choice.bound());
  }

  @Override
  public void close() {
    model.close();
  }
}
