package dev.primeline.activities.artifacts;

import dev.primeline.workflows.experiment.BadInput;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in a bucket.
 *
 * @param bucket its name
 * @param prefix empty, or names that end in a slash
 */
record S3Location(String bucket, String prefix) {

  private static final Pattern FORM =
      Pattern.compile("s3://(?<bucket>[A-Za-z0-9._-]{3,255})(?:/(?<prefix>.*))?");

  /** Reads {@code s3://bucket/prefix}; a slash at the end makes no difference. */
  static S3Location parse(String location) {
    Matcher form = FORM.matcher(location);
    if (!form.matches()) {
      throw refused(location);
    }
    String prefix = form.group("prefix");
    if (prefix == null || prefix.isEmpty()) {
      return new S3Location(form.group("bucket"), "");
    }
    try {
      String folder = prefix.endsWith("/") ? prefix : prefix + "/";
      return new S3Location(form.group("bucket"), ArtifactKeys.requirePrefix(folder));
    } catch (IllegalArgumentException e) {
      throw refused(location);
    }
  }

  /** The object's name in the bucket. */
  String object(String key) {
    return prefix + key;
  }

  URI uri(String key) {
    try {
      return new URI("s3", bucket, "/" + object(key), null, null);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a checked key makes an address", e);
    }
  }

  @Override
  public String toString() {
    return "s3://" + bucket + "/" + prefix;
  }

  private static BadInput refused(String location) {
    return new BadInput(
        "store location \"%s\" names no bucket and prefix: expected s3://bucket/prefix"
            .formatted(location));
  }
}
