package dev.primeline.activities.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class S3ArtifactStoreTest extends ArtifactStoreContract {

  private static final String LOCATION = "s3://" + S3Endpoint.BUCKET + "/team/one";
  private static final Map<String, String> CREDENTIALS =
      Map.of("aws.accessKeyId", "nobody", "aws.secretAccessKey", "nothing");

  @TempDir Path cache;

  private final S3Endpoint endpoint;

  S3ArtifactStoreTest() throws IOException {
    endpoint = new S3Endpoint();
  }

  @BeforeAll
  static void setCredentials() {
    CREDENTIALS.forEach(System::setProperty);
  }

  @AfterAll
  static void clearCredentials() {
    CREDENTIALS.keySet().forEach(System::clearProperty);
  }

  @AfterEach
  void stopEndpoint() {
    endpoint.close();
  }

  @Override
  ArtifactStore create() throws IOException {
    return ArtifactStores.open(LOCATION, settings(false));
  }

  @Override
  void overwrite(String key, byte[] content) {
    endpoint.objects.put("team/one/" + key, new S3Endpoint.Stored(content, Map.of()));
  }

  private StoreSettings settings(boolean checksumsWhenRequired) {
    return new StoreSettings(
        Optional.of(endpoint.address().toString()),
        Optional.empty(),
        true,
        checksumsWhenRequired,
        cache);
  }

  @Test
  void everyObjectLiesUnderThePrefix() throws IOException {
    try (ArtifactStore store = create()) {
      store.putIfAbsent("a", new byte[1]);
      endpoint.objects.put("team/other", new S3Endpoint.Stored(new byte[1], Map.of()));
      endpoint.objects.put("team/one/", new S3Endpoint.Stored(new byte[0], Map.of()));
      assertThat(endpoint.objects).containsKey("team/one/a");
      assertThat(store.uri("a")).hasToString("s3://artifacts/team/one/a");
      assertThat(store.list("")).containsExactly("a");
    }
  }

  @Test
  void aServerThatIgnoresConditionsIsRefusedAtOpening() {
    endpoint.ignoresConditions = true;
    assertThatThrownBy(this::create)
        .isInstanceOf(BadInput.class)
        .hasMessageContaining(LOCATION + "/ writes an object again in spite of If-None-Match");
  }

  @Test
  void aServerThatHasNoConditionsIsRefusedAtOpening() {
    endpoint.refusesWith = 501;
    assertThatThrownBy(this::create)
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("expected an S3 server with conditional writes");
  }

  @Test
  void aBucketThatMayNotBeWrittenIsBadInput() {
    endpoint.refusesWith = 403;
    assertThatThrownBy(this::create)
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("status 403 AccessDenied")
        .hasMessageNotContaining("nobody");
    endpoint.refusesWith = 0;
    assertThatThrownBy(() -> ArtifactStores.open("s3://elsewhere/x", settings(false)))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("s3://elsewhere/x/")
        .hasMessageContaining("NoSuchBucket");
  }

  @Test
  void aServerThatDoesNotAnswerIsNoFaultOfTheUser() {
    endpoint.close();
    assertThatThrownBy(this::create)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("store " + LOCATION + "/ does not answer");
  }

  @Test
  void conflictsAreTriedAgain() throws IOException {
    try (ArtifactStore store = create()) {
      endpoint.conflicts.set(3);
      assertThat(store.putIfAbsent("a", "x".getBytes(UTF_8))).isTrue();
      endpoint.conflicts.set(1);
      assertThat(store.putIfAbsent("a", "y".getBytes(UTF_8))).isFalse();
    }
  }

  @Test
  void aWriteWhoseAnswerWasLostIsKnownAsOurs() throws IOException {
    try (ArtifactStore store = create()) {
      endpoint.writes.clear();
      endpoint.lostAnswers.set(1);
      assertThat(store.putIfAbsent("manifest", "x".getBytes(UTF_8))).isTrue();
      assertThat(endpoint.writes).hasSize(2);
      assertThat(store.putIfAbsent("manifest", "x".getBytes(UTF_8))).isFalse();
    }
  }

  @Test
  void theServerChecksWhatWasHashedUnlessChecksumsAreOff() throws IOException {
    for (boolean off : new boolean[] {false, true}) {
      endpoint.writes.clear();
      try (ArtifactStore store = ArtifactStores.open(LOCATION, settings(off))) {
        store.putIfAbsent("a" + off, new byte[10]);
      }
      assertThat(endpoint.writes)
          .isNotEmpty()
          .allSatisfy(
              headers -> {
                Stream<String> checksums =
                    headers.keySet().stream()
                        .filter(h -> h.matches("(?i)x-amz-(checksum-.*|trailer|sdk-checksum.*)"));
                if (off) {
                  assertThat(checksums).isEmpty();
                } else {
                  assertThat(headers).containsKey("X-amz-checksum-sha256");
                }
              });
    }
  }

  @Test
  void aFetchedObjectIsDownloadedOnceAndAgainWhenItsCopyIsDamaged() throws IOException {
    try (ArtifactStore store = create()) {
      Path file = Files.write(files.resolve("f"), new byte[] {1, 2, 3});
      ArtifactRef ref = store.put("a", file);
      Path copy = store.fetch(ref);
      endpoint.refusesWith = 503;
      assertThat(store.fetch(ref)).isEqualTo(copy);
      endpoint.refusesWith = 0;
      Files.write(copy, new byte[] {1, 2, 4});
      assertThat(store.fetch(ref)).hasBinaryContent(new byte[] {1, 2, 3});
    }
  }

  @Test
  void aDamagedObjectLeavesNothingInTheCache() throws IOException {
    try (ArtifactStore store = create()) {
      ArtifactRef ref = store.put("a", Files.write(files.resolve("f"), new byte[3]));
      overwrite("a", new byte[4]);
      assertThatThrownBy(() -> store.fetch(ref)).isInstanceOf(DamagedArtifactException.class);
      try (Stream<Path> left = Files.walk(cache)) {
        assertThat(left.filter(Files::isRegularFile)).isEmpty();
      }
    }
  }

  @Test
  void anObjectOfAnotherToolIsComparedByItsBytes() throws IOException {
    try (ArtifactStore store = create()) {
      Path file = Files.write(files.resolve("f"), new byte[3]);
      overwrite("a", new byte[3]);
      assertThat(store.put("a", file).bytes()).isEqualTo(3);
      overwrite("a", new byte[] {0, 0, 1});
      assertThatThrownBy(() -> store.put("a", file)).hasMessageContaining("other content");
    }
  }

  @Test
  void aLargeFileTravelsInPartsAndLeavesNoneBehind() throws IOException {
    S3Limits small = new S3Limits(100_000, Duration.ofMinutes(1));
    try (ArtifactStore store = S3ArtifactStore.open(LOCATION, settings(false), small)) {
      endpoint.writes.clear();
      byte[] content = new byte[1_000_001];
      new Random(1).nextBytes(content);
      Path file = Files.write(files.resolve("large"), content);
      ArtifactRef ref = store.put("large", file);
      assertThat(endpoint.writes).as("writes of whole objects").isEmpty();
      assertThat(store.fetch(ref)).hasBinaryContent(content);
      assertThat(store.put("large", file)).isEqualTo(ref);
      Path other = Files.write(files.resolve("other"), new byte[1_000_001]);
      assertThatThrownBy(() -> store.put("large", other)).hasMessageContaining("other content");
      assertThat(store.read("large")).isEqualTo(content);
      assertThat(endpoint.parts.underWay()).isZero();
    }
  }

  @Test
  void failuresNameTheObject() throws IOException {
    try (ArtifactStore store = create()) {
      endpoint.refusesWith = 403;
      assertThatThrownBy(() -> store.read("a/b"))
          .isInstanceOf(IOException.class)
          .hasMessage("s3://artifacts/team/one/a/b: status 403 AccessDenied as asked");
    }
  }
}
