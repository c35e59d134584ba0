package dev.primeline.activities.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store promises, see {@link ArtifactStore}. */
abstract class ArtifactStoreContract {

  private static final int RACERS = 10;

  @TempDir Path files;

  private ArtifactStore store;

  /** An empty store. */
  abstract ArtifactStore create() throws IOException;

  /** Overwrites a stored object behind the store's back. */
  abstract void overwrite(String key, byte[] content) throws IOException;

  @BeforeEach
  void openStore() throws IOException {
    store = create();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void oneOfTenRacingWritersWins() throws Exception {
    for (int round = 0; round < 5; round++) {
      String key = "race/" + round + "/manifest.json";
      List<Boolean> won =
          together(racer -> store.putIfAbsent(key, ("writer " + racer).getBytes(UTF_8)));
      assertThat(won).containsOnlyOnce(true).hasSize(RACERS);
      assertThat(store.read(key)).asString(UTF_8).isEqualTo("writer " + won.indexOf(true));
    }
  }

  @Test
  void oneOfTenRacingWritersOfTheSameBytesWins() throws Exception {
    byte[] content = "the same".getBytes(UTF_8);
    assertThat(together(racer -> store.putIfAbsent("race/same", content))).containsOnlyOnce(true);
  }

  @Test
  void racingPutsOfTheSameFileAllSucceed() throws Exception {
    Path file = file("model", bytes(100_000));
    assertThat(together(racer -> store.put("race/model", file))).containsOnly(ref("race/model"));
    assertThat(store.read("race/model")).isEqualTo(bytes(100_000));
  }

  @Test
  void noReaderSeesAPart() throws Exception {
    byte[] whole = bytes(3_000_000);
    Path file = file("model", whole);
    AtomicBoolean written = new AtomicBoolean();
    ExecutorService reader = Executors.newSingleThreadExecutor();
    try {
      Future<Integer> seen =
          reader.submit(
              () -> {
                int reads = 0;
                for (boolean last = false; !last; ) {
                  last = written.get();
                  for (String key : store.list("t/")) {
                    assertThat(Arrays.equals(store.read(key), whole)).isTrue();
                    reads++;
                  }
                }
                return reads;
              });
      for (int i = 0; i < 5; i++) {
        store.put("t/" + i, file);
      }
      written.set(true);
      assertThat(seen.get()).isGreaterThanOrEqualTo(5);
    } finally {
      reader.shutdownNow();
    }
  }

  @Test
  void whatWasPutComesBack() throws IOException {
    byte[] content = bytes(70_001);
    ArtifactRef ref = store.put("trainings/4f/main/step-1/a/model", file("m", content));

    assertThat(ref)
        .isEqualTo(
            new ArtifactRef("trainings/4f/main/step-1/a/model", Hashes.sha256(content), 70_001));
    assertThat(store.exists(ref.key())).isTrue();
    assertThat(store.read(ref.key())).isEqualTo(content);
    assertThat(store.fetch(ref)).hasBinaryContent(content);
    assertThat(store.fetch(ref)).hasBinaryContent(content);
    try (var in = store.open(ref.key())) {
      assertThat(in.readAllBytes()).isEqualTo(content);
    }
  }

  @Test
  void aFileOfManyPartsComesBack() throws IOException {
    byte[] content = bytes(11 << 20);
    ArtifactRef ref = store.put("t/large", file("large", content));
    assertThat(store.fetch(ref)).hasBinaryContent(content);
    assertThat(store.put("t/large", file("again", content))).isEqualTo(ref);
    content[0] ^= 1;
    assertThatThrownBy(() -> store.put("t/large", file("other", content)))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(store.fetch(ref)).exists();
  }

  @Test
  void emptyObjectsAreObjects() throws IOException {
    assertThat(store.putIfAbsent("empty", new byte[0])).isTrue();
    assertThat(store.putIfAbsent("empty", new byte[0])).isFalse();
    assertThat(store.read("empty")).isEmpty();
    assertThat(store.list("")).containsExactly("empty");
  }

  @Test
  void aKeyIsWrittenOnce() throws IOException {
    store.put("k/a", file("one", bytes(10)));
    store.put("k/a", file("same", bytes(10)));
    assertThatThrownBy(() -> store.put("k/a", file("other", bytes(11))))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("k/a")
        .hasMessageContaining("other content");
    assertThat(store.putIfAbsent("k/a", bytes(12))).isFalse();
    assertThat(store.read("k/a")).isEqualTo(bytes(10));
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 10, 11})
  void fetchFindsADamagedObject(int length) throws IOException {
    ArtifactRef ref = store.put("t/x/model.safetensors", file("m", bytes(10)));
    byte[] other = new byte[length];
    overwrite(ref.key(), other);
    assertThatThrownBy(() -> store.fetch(ref))
        .isInstanceOf(DamagedArtifactException.class)
        .hasMessage(
            "t/x/model.safetensors: %d bytes with SHA-256 %s, expected 10 bytes with %s",
            length, Hashes.sha256(other), ref.sha256());
  }

  @Test
  void keysAreListedInLexicalOrderAtAnyDepth() throws IOException {
    for (String key : List.of("b/z", "b/c/e", "a", "b/c.json", "b/c/d/e", "bb/x", "b/10", "b/9")) {
      assertThat(store.putIfAbsent(key, key.getBytes(UTF_8))).isTrue();
    }
    assertThat(store.list("b/"))
        .containsExactly("b/10", "b/9", "b/c.json", "b/c/d/e", "b/c/e", "b/z");
    assertThat(store.list("b/c/")).containsExactly("b/c/d/e", "b/c/e");
    assertThat(store.list("none/")).isEmpty();
    assertThat(store.list("")).hasSize(8).startsWith("a", "b/10");
  }

  @Test
  void aListingSaysHowLongAndHowOldObjectsAre() throws IOException {
    store.putIfAbsent("a/one", bytes(1));
    store.put("a/b/ten", file("f", bytes(10)));
    assertThat(store.objects("a/"))
        .extracting(StoredObject::key, StoredObject::bytes)
        .containsExactly(tuple("a/b/ten", 10L), tuple("a/one", 1L));
    assertThat(store.objects("a/"))
        .allSatisfy(
            object ->
                assertThat(object.written()).isCloseTo(Instant.now(), within(1, ChronoUnit.HOURS)));
  }

  @Test
  void deletedObjectsAreGoneAndTheirNeighboursStay() throws IOException {
    store.putIfAbsent("d/e/one", bytes(1));
    store.putIfAbsent("d/two", bytes(2));
    store.delete("d/e/one");
    store.delete("d/e/one");
    assertThat(store.exists("d/e/one")).isFalse();
    assertThat(store.list("")).containsExactly("d/two");
    assertThat(store.putIfAbsent("d/e/one", bytes(3))).isTrue();
  }

  @Test
  void writersAndDeletersOfOneFolderDoNotDisturbEachOther() throws Exception {
    together(
        racer -> {
          for (int i = 0; i < 10; i++) {
            String key = "x/y/" + racer + "/" + i;
            assertThat(store.putIfAbsent(key, bytes(5))).isTrue();
            store.delete(key);
          }
          return true;
        });
    assertThat(store.list("")).isEmpty();
  }

  @Test
  void missingObjectsAreNamed() throws IOException {
    store.putIfAbsent("a", bytes(1));
    ArtifactRef missing = new ArtifactRef("no/such", Hashes.sha256(bytes(1)), 1);
    for (String key : List.of("no/such", "a/b")) {
      assertThat(store.exists(key)).isFalse();
      assertThatThrownBy(() -> store.read(key))
          .isInstanceOf(NoSuchFileException.class)
          .hasMessageContaining(key);
      assertThatThrownBy(() -> store.open(key).close()).isInstanceOf(NoSuchFileException.class);
    }
    assertThatThrownBy(() -> store.fetch(missing)).isInstanceOf(NoSuchFileException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/a",
        "../a",
        "a/../../b",
        "a/./b",
        "a//b",
        "a/",
        ".incoming/a",
        "a\\b",
        "a\n"
      })
  void keysThatCouldLeaveTheStoreAreRefused(String key) {
    assertThatIllegalArgumentException().isThrownBy(() -> store.putIfAbsent(key, bytes(1)));
    assertThatIllegalArgumentException().isThrownBy(() -> store.read(key));
    assertThatIllegalArgumentException().isThrownBy(() -> store.delete(key));
    assertThatIllegalArgumentException().isThrownBy(() -> store.list(key + "x"));
  }

  @Test
  void anObjectsAddressEndsInItsKey() {
    assertThat(store.uri("corpora/1f/a b.tokens").toString()).endsWith("corpora/1f/a%20b.tokens");
  }

  private interface Race<T> {
    T run(int racer) throws Exception;
  }

  /** The results of ten threads that start at the same moment, by racer. */
  private static <T> List<T> together(Race<T> race) throws Exception {
    CyclicBarrier start = new CyclicBarrier(RACERS);
    ExecutorService threads = Executors.newFixedThreadPool(RACERS);
    try {
      List<Callable<T>> racers = new ArrayList<>();
      for (int i = 0; i < RACERS; i++) {
        int racer = i;
        racers.add(
            () -> {
              start.await();
              return race.run(racer);
            });
      }
      List<T> results = new ArrayList<>();
      for (Future<T> result : threads.invokeAll(racers)) {
        results.add(result.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private static ArtifactRef ref(String key) {
    return new ArtifactRef(key, Hashes.sha256(bytes(100_000)), 100_000);
  }

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(files.resolve(name), content);
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
