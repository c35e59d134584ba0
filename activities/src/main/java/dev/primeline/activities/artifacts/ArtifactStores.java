package dev.primeline.activities.artifacts;

import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Chooses the store by the form of its location. */
public final class ArtifactStores {

  /** Two letters and more: one letter is a drive. */
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:");

  private ArtifactStores() {}

  /**
   * Opens a store for writing.
   *
   * @param location {@code s3://bucket/prefix}, a directory's path, or its {@code file:} URI
   * @throws BadInput when the location or the settings cannot serve; the message says why
   * @throws IOException when the store is there but fails
   */
  public static ArtifactStore open(String location, StoreSettings settings) throws IOException {
    if (location.startsWith("s3://")) {
      return S3ArtifactStore.open(location, settings);
    }
    return new LocalArtifactStore(folder(location));
  }

  /**
   * Judges a location by its form alone.
   *
   * @throws BadInput when no store can have it
   */
  public static void require(String location) {
    if (location.startsWith("s3://")) {
      S3Location.parse(location);
    } else {
      folder(location);
    }
  }

  private static Path folder(String location) {
    try {
      if (location.startsWith("file:")) {
        return Path.of(URI.create(location));
      }
      if (!location.isBlank() && !SCHEME.matcher(location).lookingAt()) {
        return Path.of(location);
      }
    } catch (IllegalArgumentException e) {
      // Said below together with the other faults.
    }
    throw new BadInput(
        "store location \"%s\" is unknown: expected s3://bucket/prefix, a directory or a file: URI"
            .formatted(location));
  }
}
