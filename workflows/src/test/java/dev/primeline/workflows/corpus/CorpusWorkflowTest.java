package dev.primeline.workflows.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.workflows.Histories;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.ExperimentActivities;
import dev.primeline.workflows.experiment.Resolved;
import dev.primeline.workflows.experiment.Search;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.steps.FailureKind;
import dev.primeline.workflows.steps.Queues;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CorpusWorkflowTest {
  private static final ArtifactRef FILES = new ArtifactRef("files", "00", 1);
  private static final ArtifactRef PLAN = new ArtifactRef("plan", "01", 1);
  private static final ArtifactRef REPEATED = new ArtifactRef("repeated", "02", 1);
  private static final String TYPED =
      "{\"corpus\": {\"uri\": \"/text\", \"duplicates\": \"drop\"}}";

  private final TestWorkflowEnvironment temporal = TestWorkflowEnvironment.newInstance();
  private final Large large = new Large();

  @AfterEach
  void close() {
    temporal.close();
  }

  @Test
  void everyStepIsTakenOnceAndNoHistoryGrowsLong() throws Exception {
    large.groups = 150;
    large.ranges = 400;
    // With 100,000 files there are some 4,000 steps of each kind, and ten times as many events.
    CorpusResult result = prepare(500);
    assertThat(result.trainTokens()).isEqualTo(1000);
    assertThat(large.taken).hasSize(150 + 400 + 400 + 4);
    assertThat(large.took.get()).isEqualTo(large.taken.size());
    assertThat(large.withDuplicates.get()).isEqualTo(400);
    List<Integer> lengths = histories("corpus");
    assertThat(lengths).hasSizeGreaterThan(3);
    // What is under way when a history ends is waited for: 64 steps of six events.
    assertThat(lengths).allMatch(length -> length < 500 + 64 * 6 + 20);
  }

  @Test
  void aSmallCorpusIsOneStep() throws Exception {
    large.small = true;
    assertThat(prepare(1000).trainTokens()).isEqualTo(1000);
    assertThat(large.taken).containsExactly("begin");
    Histories.keep(temporal.getWorkflowClient(), "corpus", "corpus-small");
  }

  @Test
  void aCorpusInRangesGoesOnWithALaterVersion() throws Exception {
    large.groups = 3;
    large.ranges = 4;
    assertThat(prepare(1000).trainTokens()).isEqualTo(1000);
    Histories.keep(temporal.getWorkflowClient(), "corpus", "corpus-in-ranges");
  }

  @Test
  void badTextInOneRangeEndsAllOfIt() {
    large.groups = 2;
    large.ranges = 30;
    large.bad = 7;
    assertThatThrownBy(() -> prepare(1000))
        .isInstanceOf(WorkflowFailedException.class)
        .rootCause()
        .hasMessageContaining("/text/7: not UTF-8");
    assertThat(large.taken).doesNotContain("commit");
  }

  private CorpusResult prepare(int longestHistory) {
    Worker orchestrator = temporal.newWorker(Queues.ORCHESTRATION);
    orchestrator.registerWorkflowImplementationFactory(
        CorpusWorkflow.class, () -> new CorpusWorkflowImpl(longestHistory));
    orchestrator.registerActivitiesImplementations(
        (ExperimentActivities) typed -> new Resolved(SpecReader.read(typed), Search.LACKING, null));
    temporal.newWorker(Queues.CPU).registerActivitiesImplementations(large);
    temporal.start();
    CorpusWorkflow workflow =
        temporal
            .getWorkflowClient()
            .newWorkflowStub(
                CorpusWorkflow.class,
                WorkflowOptions.newBuilder()
                    .setTaskQueue(Queues.ORCHESTRATION)
                    .setWorkflowId("corpus")
                    .build());
    try {
      return workflow.run(new ObjectMapper().readTree(TYPED), null);
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Events of every run of a workflow that went on as new, the last one first. */
  private List<Integer> histories(String id) {
    List<Integer> lengths = new CopyOnWriteArrayList<>();
    String run = "";
    do {
      WorkflowExecutionHistory history =
          run.isEmpty()
              ? temporal.getWorkflowClient().fetchHistory(id)
              : temporal.getWorkflowClient().fetchHistory(id, run);
      List<HistoryEvent> events = history.getHistory().getEventsList();
      lengths.add(events.size());
      run = events.get(0).getWorkflowExecutionStartedEventAttributes().getContinuedExecutionRunId();
    } while (!run.isEmpty());
    return lengths;
  }

  /** A corpus of as many groups and ranges as asked for, of which nothing is read. */
  private static final class Large implements CorpusRangeActivities {
    final Set<String> taken = ConcurrentHashMap.newKeySet();
    final AtomicInteger took = new AtomicInteger();
    final AtomicInteger withDuplicates = new AtomicInteger();
    int groups;
    int ranges;
    int bad = -1;
    boolean small;

    private void take(String step) {
      taken.add(step);
      took.incrementAndGet();
    }

    @Override
    public CorpusBegun begin(CorpusRequest request) {
      take("begin");
      return small
          ? new CorpusBegun(result(), null, 0, 0)
          : new CorpusBegun(null, FILES, groups, 1000);
    }

    @Override
    public CorpusStepDone hashFiles(CorpusStep step) {
      assertThat(step.plan()).isEqualTo(FILES);
      take("files " + step.index());
      return new CorpusStepDone(10, 0);
    }

    @Override
    public CorpusPlanned plan(CorpusPlanRequest request) {
      take("plan");
      return new CorpusPlanned(null, PLAN, ranges, 1000);
    }

    @Override
    public CorpusStepDone hashDocuments(CorpusStep step) {
      take("documents " + step.index());
      return new CorpusStepDone(10, 0);
    }

    @Override
    public ArtifactRef findDuplicates(CorpusStep step) {
      take("duplicates");
      return REPEATED;
    }

    @Override
    public CorpusStepDone tokenize(CorpusStep step) {
      if (step.index() == bad) {
        throw FailureKind.BAD_INPUT.because("/text/%d: not UTF-8".formatted(bad));
      }
      assertThat(step.plan()).isEqualTo(PLAN);
      if (REPEATED.equals(step.duplicates())) {
        withDuplicates.incrementAndGet();
      }
      take("tokens " + step.index());
      return new CorpusStepDone(10, 100);
    }

    @Override
    public CorpusResult commit(CorpusPlanRequest request) {
      take("commit");
      return result();
    }

    private static CorpusResult result() {
      return new CorpusResult(
          new ArtifactRef("manifest", "03", 1), "h", 257, 1000, 100, 10, 2, 0, 2.7, null, false);
    }
  }
}
