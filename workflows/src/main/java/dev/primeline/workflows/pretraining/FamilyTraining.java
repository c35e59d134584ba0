package dev.primeline.workflows.pretraining;

import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.BranchPoint;
import dev.primeline.workflows.experiment.BranchSpec;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.Family;
import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.subtokens.SubTokenResult;
import dev.primeline.workflows.training.TrainingKey;
import dev.primeline.workflows.training.TrainingSpec;
import org.jspecify.annotations.Nullable;

/** Which training a family of an experiment stands for, once text and codes are known. */
public final class FamilyTraining {

  private FamilyTraining() {}

  /** What one family of an experiment trains. */
  public static TrainingSpec spec(
      ExperimentSpec spec, CorpusResult corpus, Family family, SubTokenResult codes) {
    int separator = spec.corpus().separator();
    BranchSpec branch = spec.branch();
    @Nullable BranchPoint from = branch == null ? null : branch.of(family);
    String hash =
        from == null
            ? TrainingKey.of(
                family,
                corpus.vocabularySize(),
                separator,
                spec.model(),
                spec.training(),
                spec.seed(),
                corpus.hash(),
                codes.hash(),
                spec.initialWeights())
            : from.training();
    return new TrainingSpec(
        hash,
        from == null ? "main" : TrainingKey.branch(from, spec.training()),
        family,
        corpus.vocabularySize(),
        separator,
        spec.model(),
        spec.training(),
        spec.seed(),
        corpus.manifest(),
        corpus.hash(),
        codes.subTokenizer(),
        codes.hash(),
        from,
        spec.initialWeights());
  }

  /** A branch on other text would be no branch of its parent. */
  static void refuseOtherText(ExperimentSpec spec, CorpusResult corpus) {
    BranchSpec branch = spec.branch();
    if (branch != null && !branch.corpusHash().equals(corpus.hash())) {
      throw FailureKind.BAD_INPUT.because(
          "the text has changed since run %s was trained: its tokens have hash %s, expected %s"
              .formatted(branch.run(), corpus.hash(), branch.corpusHash()));
    }
  }
}
