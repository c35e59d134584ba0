package dev.primeline.workers.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.workers.cli.ChildProcesses;
import dev.primeline.workers.cli.ChildProcesses.Child;
import dev.primeline.workers.cli.StoredRun;
import dev.primeline.workers.crash.Watched.Trap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every file of a checkpoint, cut short or with one bit turned over. */
@Tag("crash")
class DamagedCheckpointTest {

  private static final List<String> FILES =
      List.of("manifest", "model", "ema", "optimizer", "state");

  @TempDir Path folder;
  private final Random random = new Random(Size.SEED);
  private ChildProcesses processes;

  @BeforeEach
  void openFolder() {
    processes = new ChildProcesses(folder);
  }

  @AfterEach
  void leaveNoProcessBehind() throws Exception {
    processes.close();
  }

  @Test
  void isFoundSaidAndPassedOverAndTheBytesAreTheUndisturbedOnes() throws Exception {
    Work work = Work.undisturbed(processes, folder, "prime-v2");
    StoredRun run = new StoredRun(folder.resolve("damaged"));
    List<String> command =
        work.arguments(run.folder(), "--set=training.keepLast=0", "--run-id=damaged");
    Watched killed =
        Watched.start(
            processes,
            folder,
            Map.of(),
            command,
            Trap.kill("activities.training.StepLog.write#200"));
    assertThat(killed.end()).as(killed.child().words()).isEqualTo(128 + 9);

    List<Path> manifests =
        run.manifests().stream()
            .sorted(Comparator.comparingLong(StoredRun::stepOf).reversed())
            .toList();
    List<String> passedOver = new ArrayList<>();
    List<String> damaged = new ArrayList<>();
    for (String file : FILES) {
      for (boolean cut : new boolean[] {true, false}) {
        Path manifest = manifests.get(passedOver.size());
        Path victim = file.equals("manifest") ? manifest : file(run, manifest, file);
        damage(victim, cut);
        passedOver.add(key(run, manifest));
        damaged.add(key(run, victim));
      }
    }
    // Those are gone; of the log of the newest that is whole two parts go too.
    Path whole = manifests.get(passedOver.size());
    long step = StoredRun.stepOf(whole);
    JsonNode parts = new ObjectMapper().readTree(whole.toFile()).get("metrics");
    for (int part = parts.size() - 2; part < parts.size(); part++) {
      Path victim = run.folder().resolve(parts.get(part).get("key").textValue());
      damage(victim, part % 2 == 0);
      damaged.add(key(run, victim));
    }

    Child verify =
        processes.start(
            Map.of(), List.of("checkpoints", "damaged", "--verify", "--output=" + run.folder()));
    assertThat(verify.exit()).as(verify.words()).isEqualTo(1);
    List<String> said =
        verify.words().lines().filter(line -> line.startsWith("damaged: ")).toList();
    assertThat(damaged)
        .allSatisfy(key -> assertThat(said).anySatisfy(line -> assertThat(line).contains(key)));

    Child next = processes.start(Map.of(), command);
    assertThat(next.exit()).as(next.words()).isZero();
    String log = CrashedRunTest.logOf(run);
    assertThat(passedOver)
        .allSatisfy(key -> assertThat(log).contains("checkpoint " + key + " is damaged: "));
    assertThat(log).contains("a part of the training log is lost, the weights are not: ");
    work.requireSameButTheLog(run, run);
    assertThat(run.log()).isEqualTo(without(work.log(), step - 2 * Work.CHECKPOINT_EVERY, step));
    Ledger.add(
        "one file of each of %d checkpoints cut short or with one bit turned over"
            .formatted(passedOver.size()),
        "all found by `checkpoints --verify` and passed over in words, bytes equal");
    Ledger.add("two parts of the log damaged", "said; their lines are missing, bytes equal");
  }

  private void damage(Path file, boolean cut) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int at = random.nextInt(bytes.length);
    if (cut) {
      Files.write(file, Arrays.copyOf(bytes, at));
    } else {
      bytes[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, bytes);
    }
  }

  private static Path file(StoredRun run, Path manifest, String name) throws IOException {
    JsonNode json = new ObjectMapper().readTree(manifest.toFile());
    return run.folder().resolve(json.get(name).get("key").textValue());
  }

  private static String key(StoredRun run, Path file) {
    return run.folder().relativize(file).toString();
  }

  /** The lines of all steps but those after one and up to another. */
  private static Map<String, List<List<Object>>> without(
      Map<String, List<List<Object>>> log, long after, long upTo) {
    Map<String, List<List<Object>>> rest = new HashMap<>();
    log.forEach(
        (training, lines) ->
            rest.put(
                training,
                lines.stream()
                    .filter(line -> (Long) line.get(0) <= after || (Long) line.get(0) > upTo)
                    .toList()));
    return rest;
  }
}
