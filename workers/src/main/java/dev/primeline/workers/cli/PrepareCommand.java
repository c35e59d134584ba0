package dev.primeline.workers.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.tokens.CorpusCard;
import dev.primeline.activities.tokens.CorpusManifest;
import dev.primeline.activities.tokens.PreparedCorpus;
import dev.primeline.workers.worker.Role;
import dev.primeline.workers.worker.SpecFiles;
import dev.primeline.workers.worker.WorkerSettings;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.corpus.CorpusProgress;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.corpus.CorpusWorkflow;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.experiment.SpecReader;
import dev.primeline.workflows.steps.Queues;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowServiceException;
import io.temporal.client.WorkflowStub;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code primeline prepare}: a corpus alone, here or, with TEMPORAL_ADDRESS, on a cluster. */
@Command(
    name = "prepare",
    mixinStandardHelpOptions = true,
    description = {
      "Turns text into token shards, as the first part of a run with the same options would, and"
          + " says what the corpus is made of.",
      "",
      "What was done before the process was killed is found again by the same command, and a run"
          + " with the same corpus finds the corpus."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  primeline prepare --corpus 'texts/*.jsonl.zst' --tokenizer gpt2",
      "  primeline prepare --dataset c4-en --set corpus.duplicates=drop",
      "  primeline prepare --corpus pages.jsonl --set corpus.normalization=nfc --set"
          + " corpus.skippable=100"
    })
final class PrepareCommand implements Callable<Integer> {
  private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(5);

  @Mixin private SpecOptions options = new SpecOptions();

  @Option(
      names = "--output",
      paramLabel = "DIR",
      converter = LocalFolder.class,
      defaultValue = "primeline-output",
      description = "As in run: where artifacts go. Default: ${DEFAULT-VALUE}.")
  private Path output = Path.of("primeline-output");

  @Spec private CommandSpec command = CommandSpec.create();

  private final Map<String, String> environment;
  private String said = "";
  private long saidNanos;

  PrepareCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws Exception {
    WorkerSettings settings = WorkerSettings.from(environment);
    ObjectNode typed = options.overlay();
    if (settings.temporalAddress().isPresent()) {
      LocalPaths.makeAbsolute(typed);
    }
    typed = SpecFiles.readAsCaller(typed, settings, output);
    ExperimentSpec spec = SpecReader.read(typed);
    ObjectNode asked = typed;
    return new Launch(environment, output, command, EnumSet.of(Role.ORCHESTRATOR, Role.CPU))
        .run(
            "the preparation",
            spec,
            (client, store, display) -> follow(client, store, asked, spec));
  }

  private int follow(
      WorkflowClient client, ArtifactStore store, ObjectNode typed, ExperimentSpec spec)
      throws Exception {
    String key =
        Hashes.key(List.of(spec.corpus(), spec.model().length(), spec.seed())).substring(0, 8);
    CorpusWorkflow workflow =
        client.newWorkflowStub(
            CorpusWorkflow.class,
            WorkflowOptions.newBuilder()
                .setTaskQueue(Queues.ORCHESTRATION)
                .setWorkflowId("corpus-" + key)
                .setWorkflowIdConflictPolicy(
                    WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                .setStaticSummary("prepare " + spec.corpus().uri())
                .build());
    var unused = WorkflowClient.start(workflow::run, typed, null);
    print(
        Following.toItsEnd(
            WorkflowStub.fromTyped(workflow), CorpusResult.class, () -> show(workflow)),
        store);
    return ExitCode.OK;
  }

  private void show(CorpusWorkflow workflow) {
    CorpusProgress progress;
    try {
      progress = workflow.progress();
    } catch (WorkflowServiceException notNow) {
      return;
    }
    long now = System.nanoTime();
    if (said.equals(progress.stage()) && now - saidNanos < LINE_NANOS) {
      return;
    }
    said = progress.stage();
    saidNanos = now;
    String measures =
        progress.bytes() == 0
            ? ""
            : String.format(
                Locale.ROOT,
                "  %s of %s, %.1f MB/s, ETA %s, %s tokens",
                PlanCommand.bytes(progress.bytesDone()),
                PlanCommand.bytes(progress.bytes()),
                progress.megabytesPerSecond(),
                progress.secondsLeft() > 0 ? ProgressText.duration(progress.secondsLeft()) : "-",
                ProgressText.quantity((double) progress.tokens()));
    PrintWriter out = command.commandLine().getOut();
    out.println(said + measures);
    out.flush();
  }

  private void print(CorpusResult result, ArtifactStore store) throws IOException {
    PrintWriter out = command.commandLine().getOut();
    CorpusManifest manifest = PreparedCorpus.readManifest(store, result.manifest());
    out.println(
        "%s corpus %s: vocabulary %,d"
            .formatted(
                result.reused() ? "found" : "prepared", result.hash(), result.vocabularySize()));
    ArtifactRef named = manifest.card();
    if (named == null) {
      out.println(
          "%,d tokens to learn from, %,d to score"
              .formatted(result.trainTokens(), result.heldoutTokens()));
    } else {
      print(CorpusCard.read(store, named), manifest, out);
      out.println("card      " + store.uri(named.key()));
    }
    out.println("manifest  " + store.uri(result.manifest().key()));
    out.flush();
  }

  private static void print(CorpusCard card, CorpusManifest manifest, PrintWriter out) {
    TextTable table = new TextTable("side", "documents", "tokens", "text", "bytes per token");
    row(table, "to learn from", card.train());
    row(table, "to score", card.heldout());
    table.lines().forEach(out::println);
    out.println(
        "%,d file(s) of %s"
            .formatted(manifest.inputFiles(), PlanCommand.bytes(manifest.inputBytes())));
    card.dropped()
        .forEach(
            (reason, count) -> out.println("left out, %s: %,d".formatted(reason.words(), count)));
    card.faults().forEach(fault -> out.println("such as: " + ErrorSentence.flat(fault)));
  }

  private static void row(TextTable table, String name, CorpusCard.Side side) {
    table.row(
        name,
        String.format(Locale.ROOT, "%,d", side.documents()),
        String.format(Locale.ROOT, "%,d", side.tokens()),
        PlanCommand.bytes(side.textBytes()),
        String.format(Locale.ROOT, "%.2f", (double) side.textBytes() / Math.max(1, side.tokens())));
  }
}
