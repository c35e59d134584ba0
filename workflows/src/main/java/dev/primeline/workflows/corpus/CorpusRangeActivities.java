package dev.primeline.workflows.corpus;

import dev.primeline.workflows.artifact.ArtifactRef;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/**
 * A large corpus in steps that any worker can take, in any order and again: what a step makes
 * depends on its input alone. Each fails as {@code BadInput} when the text is at fault.
 */
@ActivityInterface
public interface CorpusRangeActivities {

  /** Makes a small corpus at once; of a large one lists the files. */
  @ActivityMethod(name = "BeginCorpus")
  CorpusBegun begin(CorpusRequest request);

  /** Reads a group of files through, for their hashes and for where they can be cut. */
  @ActivityMethod(name = "HashCorpusFiles")
  CorpusStepDone hashFiles(CorpusStep step);

  /** Finds the same corpus again, or chooses its held-out text and cuts it into ranges. */
  @ActivityMethod(name = "PlanCorpus")
  CorpusPlanned plan(CorpusPlanRequest request);

  /** Hashes the documents of a range, to find equal ones. */
  @ActivityMethod(name = "HashCorpusDocuments")
  CorpusStepDone hashDocuments(CorpusStep step);

  /** Finds the documents that repeat an earlier one, in all ranges. */
  @ActivityMethod(name = "FindCorpusDuplicates")
  ArtifactRef findDuplicates(CorpusStep step);

  /** Makes the token shards of a range. */
  @ActivityMethod(name = "TokenizeCorpusRange")
  CorpusStepDone tokenize(CorpusStep step);

  /** Writes the manifest over the shards of all ranges. */
  @ActivityMethod(name = "CommitCorpus")
  CorpusResult commit(CorpusPlanRequest request);
}
