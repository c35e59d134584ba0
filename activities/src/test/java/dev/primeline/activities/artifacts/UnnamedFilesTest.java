package dev.primeline.activities.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnnamedFilesTest {

  private static final String STEP = "trainings/4f/main/step-000000010/";

  @TempDir Path folder;
  private ArtifactStore store;

  @BeforeEach
  void openStore() throws IOException {
    store = new LocalArtifactStore(folder);
  }

  private void write(String key, String content, Duration age) throws IOException {
    store.putIfAbsent(key, content.getBytes(UTF_8));
    Files.setLastModifiedTime(folder.resolve(key), FileTime.from(Instant.now().minus(age)));
  }

  private void manifest(String key, String... names) throws IOException {
    StringBuilder json = new StringBuilder("{\"step\": 10, \"files\": [");
    for (String name : names) {
      json.append("{\"key\": \"%s\", \"bytes\": 1}, ".formatted(name));
    }
    write(key, json.append("null]}").toString(), Duration.ofDays(3));
  }

  private List<String> found() throws IOException {
    return new UnnamedFiles(store)
        .find().stream().flatMap(f -> f.files().stream()).map(StoredObject::key).toList();
  }

  @Test
  void onlyOldFilesThatNoManifestNamesAreFoundAndRemoved() throws IOException {
    Duration old = Duration.ofHours(25);
    write("trainings/4f/main/spec.json", "{}", old);
    manifest(STEP + "manifest.json", STEP + "aa/model.safetensors");
    write(STEP + "aa/model.safetensors", "named", old);
    write(STEP + "bb/model.safetensors", "left by a kill", old);
    write("trainings/4f/main/metrics/bb/part-00000.jsonl", "left", old);
    write("trainings/9a/main/step-000000020/cc/state.json", "never committed", old);
    write("trainings/9a/main/step-000000030/cc/state.json", "in work", Duration.ofHours(23));
    write("corpora/1f/u/train-00000.tokens", "left", old);
    manifest("corpora/2f/manifest.json", "corpora/2f/u/train-00000.tokens");
    write("corpora/2f/u/train-00000.tokens", "named", old);
    write("runs/one/result.json", "{}", old);
    write("evaluations/ab.json", "{}", old);
    write("evaluations/cd/passes-00000.json", "never resumed", old);
    write("evaluations/ef/passes-00000.json", "in work", Duration.ofHours(25));
    write("evaluations/ef/passes-00001.json", "in work", Duration.ofHours(1));

    List<UnnamedFiles.Found> found = new UnnamedFiles(store).find();
    assertThat(found)
        .extracting(UnnamedFiles.Found::folder)
        .containsExactly(
            "corpora/1f/", "evaluations/cd/", "trainings/4f/main/", "trainings/9a/main/");
    assertThat(found().stream())
        .containsExactly(
            "corpora/1f/u/train-00000.tokens",
            "evaluations/cd/passes-00000.json",
            "trainings/4f/main/metrics/bb/part-00000.jsonl",
            STEP + "bb/model.safetensors",
            "trainings/9a/main/step-000000020/cc/state.json");
    assertThat(found.get(2).bytes()).isEqualTo("left".length() + "left by a kill".length());

    List<String> before = store.list("");
    new UnnamedFiles(store).remove(found);
    assertThat(store.list("")).hasSize(before.size() - 5);
    assertThat(found()).isEmpty();
  }

  @Test
  void aFolderThatIsStillWrittenToIsSparedWhole() throws IOException {
    write("corpora/1f/u/train-00000.tokens", "first shard", Duration.ofDays(3));
    write("corpora/1f/u/train-00001.tokens", "last shard", Duration.ofMinutes(1));
    assertThat(found()).isEmpty();
  }

  @Test
  void whereAManifestCannotBeReadNothingIsTouched() throws IOException {
    write(STEP + "manifest.json", "not a manifest", Duration.ofDays(3));
    write(STEP + "aa/model.safetensors", "whose?", Duration.ofDays(3));
    assertThat(new UnnamedFiles(store).find())
        .singleElement()
        .satisfies(
            left -> {
              assertThat(left.files()).isEmpty();
              assertThat(left.unreadable()).containsExactly(STEP + "manifest.json");
            });
  }

  @Test
  void theClockThatCountsIsTheStores() throws IOException {
    write(STEP + "aa/model.safetensors", "new by its own clock", Duration.ofDays(30));
    ArtifactStore behind = new LaggingClock(store, Duration.ofDays(30));
    assertThat(new UnnamedFiles(behind).find()).isEmpty();
    assertThat(found()).hasSize(1);
  }
}
