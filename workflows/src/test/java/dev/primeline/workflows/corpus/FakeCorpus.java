package dev.primeline.workflows.corpus;

import dev.primeline.workflows.artifact.ArtifactRef;

/** A small corpus, done at once. */
public final class FakeCorpus implements CorpusRangeActivities {
  private static final ArtifactRef REF = new ArtifactRef("some/key", "00", 1);

  @Override
  public CorpusBegun begin(CorpusRequest request) {
    CorpusResult result = new CorpusResult(REF, "corpus", 16, 1000, 100, 10, 2, 0, 2.7, 1.5, false);
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
