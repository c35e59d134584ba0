package dev.primeline.activities.corpus;

import dev.primeline.activities.artifacts.S3Objects;
import java.io.InputStream;

/** An object of S3, in the version that was found. */
record S3File(S3Objects objects, S3Objects.Found found) implements SourceFile {

  @Override
  public String name() {
    return "s3://" + found.bucket() + "/" + found.key();
  }

  @Override
  public long bytes() {
    return found.bytes();
  }

  @Override
  public String version() {
    return found.version();
  }

  @Override
  public InputStream open(long from) {
    return from == found.bytes()
        ? InputStream.nullInputStream()
        : new ResumedInputStream(from, offset -> objects.open(found, offset));
  }
}
