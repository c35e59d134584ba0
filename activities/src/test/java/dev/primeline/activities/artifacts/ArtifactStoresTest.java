package dev.primeline.activities.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ArtifactStoresTest {

  @TempDir Path folder;

  @Test
  void aPathAndItsUriAreOneStore() throws IOException {
    Path root = folder.resolve("a store");
    try (ArtifactStore byPath = ArtifactStores.open(root.toString(), settings(null));
        ArtifactStore byUri = ArtifactStores.open(root.toUri().toString(), settings(null))) {
      byPath.putIfAbsent("k", new byte[] {5});
      assertThat(byUri.read("k")).containsExactly(5);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "gs://bucket/x",
        "s3:/bucket/x",
        "S3://bucket",
        "file:relative",
        "file://host/x",
        "s3://",
        "s3://b"
      })
  void unknownLocationsAreNamed(String location) {
    for (ThrowingCallable refusal :
        List.<ThrowingCallable>of(
            () -> ArtifactStores.require(location),
            () -> ArtifactStores.open(location, settings(null)))) {
      assertThatThrownBy(refusal)
          .isInstanceOf(BadInput.class)
          .hasMessageContaining("\"" + location + "\"")
          .hasMessageContaining("expected s3://bucket/prefix");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"minio:9000", "//minio", "ftp://minio", "http://", "a b"})
  void endpointsWithoutSchemeAndHostAreRefused(String endpoint) {
    assertThatThrownBy(() -> settings(endpoint))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("\"" + endpoint + "\"")
        .hasMessageContaining("expected http://host:port");
  }

  @Test
  void credentialsInAnEndpointAreRefusedAndNotRepeated() {
    assertThatThrownBy(() -> settings("http://me:secret@minio:9000"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("minio")
        .hasMessageNotContaining("secret");
  }

  @Test
  void aLocationIsABucketAndAPrefixThatEndsInASlash() {
    assertThat(S3Location.parse("s3://my.bucket")).isEqualTo(new S3Location("my.bucket", ""));
    assertThat(S3Location.parse("s3://b_1/").prefix()).isEmpty();
    assertThat(S3Location.parse("s3://b_1/a/b")).isEqualTo(S3Location.parse("s3://b_1/a/b/"));
    assertThat(S3Location.parse("s3://b_1/a/b").object("c")).isEqualTo("a/b/c");
    assertThat(S3Location.parse("s3://b_1/a b").uri("c d")).hasToString("s3://b_1/a%20b/c%20d");
  }

  private StoreSettings settings(@Nullable String endpoint) {
    return new StoreSettings(
        Optional.ofNullable(endpoint), Optional.empty(), true, false, folder.resolve("cache"));
  }
}
