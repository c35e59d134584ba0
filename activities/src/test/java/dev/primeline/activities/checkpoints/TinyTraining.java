package dev.primeline.activities.checkpoints;

import ch.qos.logback.classic.Logger;
import dev.primeline.activities.model.HostTensor;
import dev.primeline.activities.model.ModelState;
import dev.primeline.activities.training.NumericsChange;
import dev.primeline.activities.training.SkippedBatch;
import dev.primeline.activities.training.StepMetrics;
import dev.primeline.activities.training.TrainingPast;
import dev.primeline.activities.training.TrainingState;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.training.TrainingSpec;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** A training of a handful of numbers, whose states and lines follow from the step. */
final class TinyTraining {

  static final TrainingSpec SPEC = spec();

  private static TrainingSpec spec() {
    ExperimentSpec e = SpecReader.read(null);
    ArtifactRef ref = new ArtifactRef("some/key", "00", 1);
    return new TrainingSpec(
        "0123abcd",
        "main",
        e.families().get(0),
        16,
        15,
        e.model(),
        e.training(),
        1,
        ref,
        "c",
        ref,
        "s");
  }

  static TrainingState state(long step) {
    return new TrainingState(
        step,
        new ModelState(tensors(step), tensors(step + 1), tensors(step + 2), List.of(), step),
        Map.of("kernel", "onednn", "threads", "2"),
        new TrainingPast(
            List.of(2.5, 1e300),
            List.of(new SkippedBatch(3, 4, 1e9, 0.1)),
            List.of(new NumericsChange(2, "threads", "4", "2"))));
  }

  static List<HostTensor> tensors(long seed) {
    return List.of(
        new HostTensor("transformer.wte.weight", new int[] {2, 2}, new float[] {seed, 1, 2, 3}),
        new HostTensor("lm_head.weight", new int[] {1}, new float[] {-seed}));
  }

  static StepMetrics line(long step) {
    return new StepMetrics(
        step, step * 10, 2.5, 0.3, 1e-3, step % 2 == 0 ? 2.4 : null, null, 900, 0.5, 1_000_000, 0);
  }

  static Logger log() {
    return (Logger) LoggerFactory.getLogger(Checkpoints.class.getPackageName());
  }

  private TinyTraining() {}
}
