package dev.primeline.workers.cli;

import static dev.primeline.workers.cli.RealCluster.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.workers.cli.ChildProcesses.Child;
import dev.primeline.workflows.evaluation.TextScoresResult;
import dev.primeline.workflows.generation.GenerationResult;
import dev.primeline.workflows.pretraining.PretrainingResult;
import dev.primeline.workflows.steps.Queues;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code Evaluation} and {@code Generation} as they are started in the UI, on a real server. */
class ScoresAndTextsIT {

  @TempDir Path folder;

  @Test
  void modelsAreScoredAndWriteAsTheCommandsMakeThem() throws Exception {
    Path cats = folder.resolve("cats.txt");
    Files.writeString(cats, "the cat sat on the mat and saw the other cat.\n\n".repeat(200));
    try (RealCluster cluster = new RealCluster(folder)) {
      WorkflowClient client = cluster.client();
      var unused = cluster.worker("orchestrator,cpu,gpu");
      result(start(client, "Pretraining", "cats", experiment(cats)), PretrainingResult.class);

      String heldout =
          "\"heldout\": {\"cats\": \"%s\"}, \"draws\": 2, \"maxTokens\": 256".formatted(cats);
      TextScoresResult scores =
          result(
              start(
                  client,
                  "Evaluation",
                  "scored",
                  "{\"checkpoints\": [\"cats/arm\", \"cats/prime-v2\"], %s}".formatted(heldout)),
              TextScoresResult.class);
      assertThat(scores.alarms()).isEmpty();
      assertThat(stored(cluster, scores.json().key()))
          .isEqualTo(
              said(
                  cluster,
                  "evaluate",
                  "--checkpoint=cats/arm",
                  "--checkpoint=cats/prime-v2",
                  "--heldout=cats=" + cats,
                  "--draws=2",
                  "--max-tokens=256",
                  "--json"));
      assertThat(stored(cluster, scores.csv().key()).lines()).hasSize(3);

      GenerationResult texts =
          result(
              start(
                  client,
                  "Generation",
                  "written",
                  "{\"checkpoint\": \"cats/prime-v2\", \"prompts\": [{\"prompt\": \"the \","
                      + " \"suffix\": \".\"}, {}], \"tokens\": 6, \"steps\": 3, \"samples\": 2}"),
              GenerationResult.class);
      assertThat(texts.count()).isEqualTo(4);
      List<String> lines = stored(cluster, texts.texts().key()).lines().toList();
      assertThat(lines).hasSize(4).doesNotHaveDuplicates();
      assertThat(
              said(
                  cluster,
                  "generate",
                  "--checkpoint=cats/prime-v2",
                  "--prompt=the ",
                  "--suffix=.",
                  "--tokens=6",
                  "--steps=3",
                  "--json"))
          .isEqualTo(lines.get(0) + "\n");

      for (var bad :
          List.of(
              List.of("Evaluation", "{\"checkpoints\": [\"cats/mdm\"], %s}".formatted(heldout)),
              List.of("Generation", "{\"checkpoint\": \"cats/mdm\"}"))) {
        WorkflowStub refused = start(client, bad.get(0), "refused-" + bad.get(0), bad.get(1));
        assertThatThrownBy(() -> result(refused, JsonNode.class))
            .hasStackTraceContaining("has no family mdm");
      }
    }
  }

  private static String experiment(Path text) {
    return """
        {"preset": "smoke", "families": ["arm", "prime-v2"],
         "corpus": {"uri": "%s", "heldout": "%s", "tokenizer": "bytes"},
         "model": {"length": 32}, "training": {"steps": 20}, "evaluation": {"maxTokens": 128}}
        """
        .formatted(text, text);
  }

  private static WorkflowStub start(WorkflowClient client, String type, String id, String typed)
      throws IOException {
    WorkflowStub workflow =
        client.newUntypedWorkflowStub(
            type,
            WorkflowOptions.newBuilder()
                .setWorkflowId(id)
                .setTaskQueue(Queues.ORCHESTRATION)
                .build());
    workflow.start(json(typed));
    return workflow;
  }

  private static <R> R result(WorkflowStub workflow, Class<R> type) throws Exception {
    return workflow.getResult(10, TimeUnit.MINUTES, type);
  }

  private static String stored(RealCluster cluster, String key) throws IOException {
    return Files.readString(cluster.store().folder().resolve(key));
  }

  private static String said(RealCluster cluster, String... arguments) throws Exception {
    Child command = cluster.command(arguments);
    assertThat(command.exit()).as(command.words()).isZero();
    return command.words();
  }
}
