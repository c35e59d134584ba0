package dev.primeline.workflows.pretraining;

import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.corpus.CorpusBegun;
import dev.primeline.workflows.corpus.CorpusPlanRequest;
import dev.primeline.workflows.corpus.CorpusPlanned;
import dev.primeline.workflows.corpus.CorpusRangeActivities;
import dev.primeline.workflows.corpus.CorpusRequest;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.corpus.CorpusStep;
import dev.primeline.workflows.corpus.CorpusStepDone;

/** A small corpus, done at once. */
final class FakeCorpus implements CorpusRangeActivities {

  @Override
  public CorpusBegun begin(CorpusRequest request) {
    CorpusResult result =
        new CorpusResult(FakeCluster.REF, "corpus", 16, 1000, 100, 10, 2, 0, 2.7, 1.5, false);
    return new CorpusBegun(result, null, 0, 0);
  }

  @Override
  public CorpusStepDone hashFiles(CorpusStep step) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CorpusPlanned plan(CorpusPlanRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CorpusStepDone hashDocuments(CorpusStep step) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ArtifactRef findDuplicates(CorpusStep step) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CorpusStepDone tokenize(CorpusStep step) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CorpusResult commit(CorpusPlanRequest request) {
    throw new UnsupportedOperationException();
  }
}
