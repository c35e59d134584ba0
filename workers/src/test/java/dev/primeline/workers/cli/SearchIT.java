package dev.primeline.workers.cli;

import static dev.primeline.workers.cli.RealCluster.json;
import static dev.primeline.workers.cli.RealCluster.patiently;
import static dev.primeline.workers.cli.RealCluster.start;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Duration;
import dev.primeline.workflows.pretraining.PretrainingResult;
import io.grpc.StatusRuntimeException;
import io.temporal.api.workflowservice.v1.RegisterNamespaceRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowStub;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs are found by what they are, in a namespace that knows what that means. */
class SearchIT {

  @TempDir Path folder;

  @Test
  void aNamespaceWithoutTheSearchAttributesIsSaidToLackThemAndGetsThemByInit() throws Exception {
    try (RealCluster cluster = new RealCluster(folder)) {
      WorkflowClient client = bare(cluster);
      Map<String, String> settings = Map.of("TEMPORAL_NAMESPACE", "bare");
      var unused = cluster.worker("orchestrator,cpu,gpu", List.of(), settings);

      WorkflowStub unfound = start(client, "unfound", experiment(1));
      finish(unfound);
      assertThat(notes(unfound))
          .contains(
              "cannot be searched by family, step or loss: namespace bare lacks the search"
                  + " attributes; primeline init registers them");

      assertThat(init(cluster))
          .contains(
              "namespace bare: registered PrimelineFamilies (KeywordList), PrimelineLoss (Double),"
                  + " PrimelineStep (Int)");
      assertThat(init(cluster)).contains("namespace bare was ready");
      WorkflowStub found = start(client, "found", experiment(2));
      finish(found);
      assertThat(notes(found)).noneMatch(note -> note.contains("cannot be searched"));
      patiently()
          .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
          .untilAsserted(
              () ->
                  assertThat(
                          client
                              .listExecutions(
                                  "PrimelineFamilies = 'mdm' AND PrimelineStep >= 300 AND"
                                      + " PrimelineLoss > 0")
                              .map(run -> run.getExecution().getWorkflowId()))
                      .contains("found")
                      .anyMatch(id -> id.startsWith("training/"))
                      .doesNotContain("unfound"));
    }
  }

  /** A client of a new namespace, which the server shows to all a few seconds later. */
  private static WorkflowClient bare(RealCluster cluster) throws IOException {
    var unused =
        cluster
            .client()
            .getWorkflowServiceStubs()
            .blockingStub()
            .registerNamespace(
                RegisterNamespaceRequest.newBuilder()
                    .setNamespace("bare")
                    .setWorkflowExecutionRetentionPeriod(Duration.newBuilder().setSeconds(86_400))
                    .build());
    return patiently()
        .ignoreExceptions()
        .until(() -> cluster.client("bare"), client -> client.countWorkflows("").getCount() == 0);
  }

  private static JsonNode experiment(int seed) throws IOException {
    return json(
        "{\"preset\": \"smoke\", \"families\": [\"mdm\"], \"seed\": %d, \"training\": {\"steps\": 300}}"
            .formatted(seed));
  }

  private static void finish(WorkflowStub run) throws Exception {
    assertThat(run.getResult(10, TimeUnit.MINUTES, PretrainingResult.class).families()).hasSize(1);
  }

  private static List<String> notes(WorkflowStub run) {
    return patiently()
        .until(() -> RealCluster.progress(run), java.util.Optional::isPresent)
        .orElseThrow()
        .notes();
  }

  private static String init(RealCluster cluster) {
    StringWriter out = new StringWriter();
    Map<String, String> settings = cluster.settings();
    settings.put("TEMPORAL_NAMESPACE", "bare");
    assertThat(Primeline.commandLine(settings).setOut(new PrintWriter(out, true)).execute("init"))
        .isZero();
    return out.toString();
  }
}
