package dev.primeline.activities.report;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.tokens.CorpusCard;
import dev.primeline.activities.tokens.PreparedCorpus;
import dev.primeline.activities.training.StepMetrics;
import dev.primeline.activities.training.TrainingPast;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.ExperimentSpec;
import dev.primeline.workflows.report.FamilyOutcome;
import dev.primeline.workflows.report.ReportRequest;
import dev.primeline.workflows.report.ReportResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes {@code runs/<runId>/report/index.html}, {@code spec.json}, {@code result.json} and beside
 * the page the numbers that it plots.
 *
 * <p>The bytes are a function of the request, the logs and the samples that were kept when the
 * models were scored, so writing twice is writing once. Keys are never overwritten. The page goes
 * first and claims the folder, because it names the hashes of both other files; {@code result.json}
 * goes last, so where it is, everything is. A folder claimed by other content (a run id used again,
 * with other results) is left as it was: the new files go to a folder inside it named by their own
 * hash, and the returned references say so. The same where another version of the program wrote the
 * run's {@code spec.json} in its own way.
 */
public final class RunReport {

  private final ArtifactStore store;
  private final TrainingMetrics metrics;

  /** Reads from and writes to the store where the checkpoints are. */
  public RunReport(ArtifactStore store) {
    this(store, TrainingMetrics.in(store));
  }

  RunReport(ArtifactStore store, TrainingMetrics metrics) {
    this.store = store;
    this.metrics = metrics;
  }

  /** Writes the files of a run; an equal request gets equal references. */
  public ReportResult write(ReportRequest request) throws IOException {
    List<List<StepMetrics>> logs = new ArrayList<>();
    List<TrainingPast> pasts = new ArrayList<>();
    List<List<Sample>> samples = new ArrayList<>();
    for (FamilyOutcome family : request.families()) {
      samples.add(Sample.of(store, family.trained().checkpoint()));
      logs.add(metrics.of(family));
      pasts.add(metrics.past(family));
    }
    RunFolder folder = RunFolder.of(request.runId());
    Optional<CorpusCard> card = card(request);
    Files files = render(request, logs, pasts, samples, card, folder);
    if (!fits(folder.spec(), files.spec()) || !claimed(folder, files)) {
      folder = folder.inside(files.page());
      files = render(request, logs, pasts, samples, card, folder);
      if (!claimed(folder, files)) {
        throw new IOException(folder.page() + " exists with content that its name does not fit");
      }
    }
    same(folder.spec(), files.spec());
    for (Map.Entry<String, byte[]> file : files.plotted().entrySet()) {
      same(folder.plotted(file.getKey()), file.getValue());
    }
    same(folder.result(), files.result());
    return new ReportResult(
        reference(folder.result(), files.result()), reference(folder.page(), files.page()));
  }

  /** The corpus' card, unless it has none, or has gone since it was trained on. */
  private Optional<CorpusCard> card(ReportRequest request) throws IOException {
    try {
      ArtifactRef card = PreparedCorpus.readManifest(store, request.corpus().manifest()).card();
      return card == null ? Optional.empty() : Optional.of(CorpusCard.read(store, card));
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    }
  }

  /** The content of a run's {@code spec.json}. */
  public static byte[] specification(ExperimentSpec spec) {
    return ResultJson.write(spec);
  }

  private record Files(byte[] page, byte[] spec, Map<String, byte[]> plotted, byte[] result) {}

  private Files render(
      ReportRequest request,
      List<List<StepMetrics>> logs,
      List<TrainingPast> pasts,
      List<List<Sample>> samples,
      Optional<CorpusCard> card,
      RunFolder folder) {
    byte[] spec = specification(request.spec());
    RunResult result =
        ResultAssembly.of(request, logs, pasts, key -> store.uri(key).toString(), folder.page());
    byte[] json = result.json();
    RunView run =
        new RunView(
            request,
            logs,
            samples,
            result,
            store.uri(folder.result()).toString(),
            Hashes.sha256(json),
            Hashes.sha256(spec),
            card);
    return new Files(
        Page.render(run).getBytes(StandardCharsets.UTF_8), spec, PlottedData.of(run).files(), json);
  }

  /** Whether the folder is ours: just taken, or taken by an attempt at the very same. */
  private boolean claimed(RunFolder folder, Files files) throws IOException {
    return store.putIfAbsent(folder.page(), files.page())
        || Arrays.equals(store.read(folder.page()), files.page());
  }

  /** Whether a key is free or has this very content. */
  private boolean fits(String key, byte[] content) throws IOException {
    return !store.exists(key) || Arrays.equals(store.read(key), content);
  }

  private void same(String key, byte[] content) throws IOException {
    if (!store.putIfAbsent(key, content) && !Arrays.equals(store.read(key), content)) {
      throw new IOException(key + " exists with content that its page does not name");
    }
  }

  private static ArtifactRef reference(String key, byte[] content) {
    return new ArtifactRef(key, Hashes.sha256(content), content.length);
  }
}
