package dev.primeline.activities.corpus;

import dev.primeline.activities.artifacts.S3Objects;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the objects of a corpus: {@code s3://bucket/key}, all below {@code s3://bucket/prefix/}, or
 * what a glob matches, {@code s3://bucket/prefix/**}. The rules are those of local files: the same
 * wildcards, sorted by name, without what begins with a dot.
 */
final class S3Paths {
  private static final Pattern FORM =
      Pattern.compile("s3://(?<bucket>[A-Za-z0-9._-]{3,255})(?:/(?<key>.*))?");

  private final S3Objects objects;
  private final DataRoots roots;

  S3Paths(S3Objects objects, DataRoots roots) {
    this.objects = objects;
    this.roots = roots;
  }

  List<SourceFile> find(String uri) throws IOException {
    Matcher form = FORM.matcher(uri);
    if (!form.matches()) {
      throw bad(uri, "names no bucket");
    }
    String bucket = form.group("bucket");
    String key = form.group("key") == null ? "" : form.group("key");
    if (!plain(key)) {
      throw bad(uri, "a name with an empty part, a dot or two as one, or a control character");
    }
    int wildcard = CorpusPaths.firstWildcard(key);
    String folder = wildcard < 0 ? key : key.substring(0, 1 + key.lastIndexOf('/', wildcard));
    roots.requireAddress(uri, "s3://" + bucket + "/" + folder);
    List<S3Objects.Found> found =
        wildcard < 0 ? named(bucket, key) : matching(uri, bucket, key, wildcard);
    if (found.isEmpty()) {
      throw bad(uri, wildcard < 0 ? "no such object, and none below it" : "no object matches");
    }
    return found.stream().<SourceFile>map(object -> new S3File(objects, object)).toList();
  }

  /** An object that was found before, in the version that it had then. */
  SourceFile file(String name, long bytes, String version) {
    Matcher form = FORM.matcher(name);
    if (!form.matches() || form.group("key") == null || !plain(form.group("key"))) {
      throw bad(name, "names no object");
    }
    roots.requireAddress(name, name);
    return new S3File(
        objects, new S3Objects.Found(form.group("bucket"), form.group("key"), bytes, version));
  }

  private List<S3Objects.Found> named(String bucket, String key) throws IOException {
    if (key.isEmpty() || key.endsWith("/")) {
      return below(bucket, key);
    }
    Optional<S3Objects.Found> one = objects.find(bucket, key);
    return one.isPresent() ? List.of(one.get()) : below(bucket, key + "/");
  }

  private List<S3Objects.Found> below(String bucket, String folder) throws IOException {
    return objects.list(bucket, folder).stream()
        .filter(object -> !CorpusPaths.hidden(relative(object, folder)))
        .toList();
  }

  private List<S3Objects.Found> matching(String uri, String bucket, String key, int wildcard)
      throws IOException {
    String folder = key.substring(0, 1 + key.lastIndexOf('/', wildcard));
    PathMatcher matcher = CorpusPaths.glob(uri, key.substring(folder.length()));
    return objects.list(bucket, key.substring(0, wildcard)).stream()
        .filter(object -> !CorpusPaths.hidden(relative(object, folder)))
        .filter(object -> matcher.matches(relative(object, folder)))
        .toList();
  }

  private static Path relative(S3Objects.Found object, String folder) {
    return Path.of(object.key().substring(folder.length()));
  }

  /** What would mean another place to a file system or a server that tidies names up. */
  private static boolean plain(String key) {
    return !key.matches("(?s).*[\\\\\\p{Cntrl}].*")
        && !("/" + key).matches("(?s).*/(\\.{0,2}/.*|\\.{1,2})");
  }

  private static BadInput bad(String uri, String problem) {
    return new BadInput(
        "corpus %s: %s; expected s3://bucket/key, s3://bucket/prefix/ or s3://bucket/prefix/**"
            .formatted(uri, problem));
  }
}
