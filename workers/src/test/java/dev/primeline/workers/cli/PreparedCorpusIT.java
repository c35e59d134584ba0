package dev.primeline.workers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.workers.cli.ChildProcesses.Child;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.steps.Queues;
import io.temporal.api.enums.v1.EventType;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.WorkflowExecutionHistory;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Corpora in ranges: two workers, a real Temporal server, and a store and text on a real S3. */
class PreparedCorpusIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;
  private static RealCluster cluster;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    cluster = new RealCluster(folder);
    for (String role : List.of("orchestrator", "cpu", "cpu")) {
      var worker = cluster.worker(role);
      assertThat(worker.process().isAlive()).isTrue();
    }
  }

  @AfterAll
  static void stop() throws InterruptedException {
    cluster.close();
  }

  @Test
  void twoWorkersMakeOfTextOnS3WhatOneProcessMakesOfTheSameFiles() throws Exception {
    Path text = Files.createDirectory(folder.resolve("text"));
    for (int i = 0; i < 2; i++) {
      // What steps read is much, and what they tokenize is little.
      Path file = text.resolve("%d.jsonl".formatted(i));
      write(file, 1_000_000 * i, 200 << 20, "x".repeat(4000));
      cluster.upload("corpora/text/" + file.getFileName(), file);
    }
    Path heldout = folder.resolve("heldout.jsonl");
    write(heldout, 10_000_000, 1 << 16, "");
    cluster.upload("corpora/heldout.jsonl", heldout);

    WorkflowStub run =
        prepare("on-s3", "s3://primeline/corpora/text/", "s3://primeline/corpora/heldout.jsonl");
    CorpusResult result = run.getResult(10, TimeUnit.MINUTES, CorpusResult.class);
    assertThat(workers(cluster.client(), "on-s3", "TokenizeCorpusRange")).hasSize(2);
    JsonNode made = manifest(cluster.store().folder(), result);
    assertThat(made.at("/train/shards").size()).isGreaterThan(1);

    JsonNode alone = manifest(alone(text, heldout), result);
    assertThat(made).isEqualTo(alone);
  }

  @Test
  void hundredThousandFilesAreACorpusLikeAnyOther() throws Exception {
    Path text = Files.createDirectory(folder.resolve("files"));
    String rest = "x".repeat(2700);
    for (int i = 0; i < 100_000; i++) {
      Path shelf = text.resolve("shelf-%02d".formatted(i % 100));
      if (i < 100) {
        Files.createDirectory(shelf);
      }
      Files.writeString(shelf.resolve("%06d.jsonl".formatted(i)), line(i, rest));
    }
    Path heldout = folder.resolve("few.jsonl");
    write(heldout, 10_000_000, 1 << 16, "");
    WorkflowStub run = prepare("of-many", text.toString(), heldout.toString());
    CorpusResult result = run.getResult(10, TimeUnit.MINUTES, CorpusResult.class);
    assertThat(result.trainDocuments()).isEqualTo(100_000 - 100_000 / 100);
    assertThat(cluster.client().fetchHistory("of-many").getEvents().size()).isLessThan(200);
  }

  private WorkflowStub prepare(String id, String uri, String heldout) throws IOException {
    WorkflowStub run =
        cluster
            .client()
            .newUntypedWorkflowStub(
                "CorpusPreparation",
                WorkflowOptions.newBuilder()
                    .setWorkflowId(id)
                    .setTaskQueue(Queues.ORCHESTRATION)
                    .build());
    run.start(
        JSON.readTree(
            "{\"corpus\": {\"uri\": \"%s\", \"heldout\": \"%s\", \"tokenizer\": \"bytes\", \"duplicates\": \"drop\"}}"
                .formatted(uri, heldout)),
        null);
    return run;
  }

  /** The same in one process, from local files to a local folder; gives the folder. */
  private static Path alone(Path text, Path heldout) throws Exception {
    Path out = folder.resolve("alone");
    Path said = Files.createDirectory(folder.resolve("alone-said"));
    Map<String, String> settings = new HashMap<>();
    try (ChildProcesses processes = new ChildProcesses(said)) {
      Child here =
          processes.start(
              settings,
              List.of(
                  "prepare",
                  "--corpus=" + text,
                  "--heldout=" + heldout,
                  "--set=corpus.tokenizer=bytes",
                  "--set=corpus.duplicates=drop",
                  "--output=" + out));
      assertThat(here.exit()).as(here.words()).isZero();
    }
    return out;
  }

  /** Without its card, which says where the text was. */
  private static JsonNode manifest(Path store, CorpusResult result) throws IOException {
    ObjectNode manifest =
        (ObjectNode) JSON.readTree(store.resolve(result.manifest().key()).toFile());
    assertThat(manifest.remove("card")).isNotNull();
    return manifest;
  }

  /** Who took the steps of this kind. */
  private static Set<String> workers(WorkflowClient client, String id, String step) {
    WorkflowExecutionHistory history = client.fetchHistory(id);
    Set<Long> scheduled =
        history.getEvents().stream()
            .filter(event -> event.getEventType() == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
            .filter(
                event ->
                    event
                        .getActivityTaskScheduledEventAttributes()
                        .getActivityType()
                        .getName()
                        .equals(step))
            .map(event -> event.getEventId())
            .collect(Collectors.toSet());
    return history.getEvents().stream()
        .filter(event -> event.getEventType() == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED)
        .map(event -> event.getActivityTaskStartedEventAttributes())
        .filter(started -> scheduled.contains(started.getScheduledEventId()))
        .map(started -> started.getIdentity())
        .collect(Collectors.toSet());
  }

  private static void write(Path file, int first, long bytes, String rest) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      int i = first;
      for (long written = 0; written < bytes; i++) {
        byte[] line = line(i, rest).getBytes(StandardCharsets.UTF_8);
        out.write(line);
        written += line.length;
      }
    }
  }

  /** Every hundredth text is that of the line before. */
  private static String line(int i, String rest) {
    return "{\"rest\": \"%s\", \"text\": \"text number %d\"}\n".formatted(rest, i - i % 100 / 99);
  }
}
