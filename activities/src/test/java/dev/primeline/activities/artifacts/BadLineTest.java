package dev.primeline.activities.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.primeline.activities.artifacts.FaultyProxy.Fault;
import dev.primeline.workflows.artifact.ArtifactRef;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The S3 store over a line on which everything goes wrong: what it says was written is there.
 * Behind the line is a server in memory, or the real one that {@link S3ServerTest} is given.
 */
final class BadLineTest {

  private static final Map<String, String> CREDENTIALS =
      Map.of("aws.accessKeyId", "nobody", "aws.secretAccessKey", "nothing");
  private static final Optional<String> REAL = property("primeline.it.s3.endpoint");

  private final String location =
      REAL.flatMap(endpoint -> property("primeline.it.s3"))
              .map(place -> place.replaceAll("/+$", ""))
              .orElse("s3://" + S3Endpoint.BUCKET)
          + "/"
          + UUID.randomUUID();

  @TempDir Path folder;
  private S3Endpoint endpoint;
  private URI server;
  private ArtifactStore clean;
  private byte[] content;
  private Path file;

  @BeforeAll
  static void setCredentials() {
    if (REAL.isEmpty()) {
      CREDENTIALS.forEach(System::setProperty);
    }
  }

  @AfterAll
  static void clearCredentials() {
    CREDENTIALS.keySet().forEach(System::clearProperty);
  }

  @BeforeEach
  void openEndpoint() throws IOException {
    endpoint = new S3Endpoint();
    server = REAL.map(URI::create).orElse(endpoint.address());
    clean = open(server, "clean");
    content = new byte[REAL.isEmpty() ? 350_000 : 11 << 20];
    new Random(7).nextBytes(content);
    file = Files.write(folder.resolve("model.safetensors"), content);
  }

  @AfterEach
  void closeEndpoint() {
    clean.close();
    endpoint.close();
  }

  private ArtifactStore open(URI address, String cache) throws IOException {
    return S3ArtifactStore.open(
        location,
        new StoreSettings(
            Optional.of(address.toString()), Optional.empty(), true, false, folder.resolve(cache)),
        new S3Limits(REAL.isEmpty() ? 100_000 : 5 << 20, Duration.ofMillis(700)));
  }

  private static Optional<String> property(String name) {
    return Optional.ofNullable(System.getProperty(name)).filter(value -> !value.isBlank());
  }

  /** Good at first, so that the store opens; then so many faults of one kind. */
  private static Supplier<Fault> after(AtomicInteger good, Fault fault, AtomicInteger times) {
    return () -> good.getAndDecrement() > 0 || times.getAndDecrement() <= 0 ? Fault.NONE : fault;
  }

  @ParameterizedTest
  @EnumSource(value = Fault.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void aFaultThatPassesIsSurvived(Fault fault) throws IOException {
    // A conflict in the middle of an upload of parts is for the caller: all parts are to be sent.
    boolean small = fault == Fault.CONFLICT_409;
    AtomicInteger good = new AtomicInteger(1);
    AtomicInteger times = new AtomicInteger();
    try (FaultyProxy proxy = new FaultyProxy(server, after(good, fault, times));
        ArtifactStore store = open(proxy.address(), "bad")) {
      times.set(2);
      assertThat(store.putIfAbsent("manifest", "mine".getBytes(UTF_8))).isTrue();
      times.set(2);
      assertThat(store.putIfAbsent("manifest", "other".getBytes(UTF_8))).isFalse();
      assertThat(clean.read("manifest")).asString(UTF_8).isEqualTo("mine");
      times.set(small ? 0 : 2);
      ArtifactRef ref = store.put("model", file);
      assertThat(clean.fetch(ref)).hasBinaryContent(content);
      times.set(small ? 0 : 2);
      assertThat(store.fetch(ref)).hasBinaryContent(content);
      times.set(small ? 0 : 2);
      assertThat(store.list("")).containsExactly("manifest", "model");
      assertThat(proxy.faults).hasPositiveValue();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void underAnyFaultsWhatIsReportedAsWrittenIsWholeAndOneWriterWins(long seed) throws Exception {
    Random random = new Random(seed);
    AtomicInteger good = new AtomicInteger(1);
    Fault[] faults = Fault.values();
    Supplier<Fault> any =
        () -> {
          synchronized (random) {
            return good.getAndDecrement() > 0 || random.nextInt(5) > 1
                ? Fault.NONE
                : faults[random.nextInt(faults.length)];
          }
        };
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (FaultyProxy proxy = new FaultyProxy(server, any);
        ArtifactStore store = open(proxy.address(), "bad")) {
      for (int round = 0; round < 3; round++) {
        String key = "race/" + round;
        List<Callable<Written>> writers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
          String writer = "writer " + i;
          writers.add(() -> write(store, key, writer));
        }
        int won = 0;
        for (Future<Written> written : threads.invokeAll(writers)) {
          Written w = written.get();
          if (w.won()) {
            won++;
            assertThat(clean.read(key)).asString(UTF_8).isEqualTo(w.writer());
          }
          if (w.file().isPresent()) {
            assertThat(clean.fetch(w.file().get())).hasBinaryContent(content);
          }
        }
        assertThat(won).isLessThanOrEqualTo(1);
      }
      assertThat(proxy.faults).hasPositiveValue();
    } finally {
      threads.shutdownNow();
    }
    for (String key : clean.list("files/")) {
      assertThat(clean.read(key)).as(key).isEqualTo(content);
    }
  }

  private record Written(String writer, boolean won, Optional<ArtifactRef> file) {}

  /** What the store says; a failure says nothing, and is no lie. */
  private Written write(ArtifactStore store, String key, String writer) {
    boolean won = false;
    Optional<ArtifactRef> stored = Optional.empty();
    try {
      stored = Optional.of(store.put("files/%s/%s".formatted(key, writer), file));
      won = store.putIfAbsent(key, writer.getBytes(UTF_8));
    } catch (IOException failed) {
      // Whoever called it tries again later.
    }
    return new Written(writer, won, stored);
  }

  @Test
  void aLineThatStaysBadIsAnErrorThatNamesTheObject() throws IOException {
    AtomicInteger good = new AtomicInteger(1);
    AtomicInteger times = new AtomicInteger(1000);
    try (FaultyProxy proxy = new FaultyProxy(server, after(good, Fault.ERROR_500, times));
        ArtifactStore store = open(proxy.address(), "bad")) {
      assertThat(catchThrowable(() -> store.put("model", file)))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(clean.uri("model") + ": status 500");
    }
    assertThat(clean.list("")).isEmpty();
  }
}
