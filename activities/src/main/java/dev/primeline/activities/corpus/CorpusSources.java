package dev.primeline.activities.corpus;

import dev.primeline.activities.artifacts.S3Objects;
import dev.primeline.activities.artifacts.StoreSettings;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where the text of a corpus comes from: local files, S3 and web servers, within the {@link
 * DataRoots}. Safe for several threads.
 */
public final class CorpusSources implements AutoCloseable {
  private final DataRoots roots;
  private final S3Objects objects;

  /**
   * @param roots what a corpus may be made of
   * @param s3 how S3 is reached; credentials are looked for when the first object is
   */
  public CorpusSources(DataRoots roots, StoreSettings s3) {
    this.roots = roots;
    this.objects = new S3Objects(s3);
  }

  /** All that this process can read, with S3 as the AWS environment says. */
  public static CorpusSources everywhere() {
    return new CorpusSources(
        DataRoots.everywhere(),
        new StoreSettings(Optional.empty(), Optional.empty(), false, false, Path.of("")));
  }

  /**
   * Looks for files without reading them.
   *
   * @throws BadInput when there are none or one of them may not be read
   */
  public void require(String uri) throws IOException {
    for (SourceFile file : find(uri)) {
      if (file instanceof LocalFile local && !Files.isReadable(local.path())) {
        throw CorpusPaths.readable(file.name(), new AccessDeniedException(file.name()));
      }
    }
  }

  /**
   * Reads a small file whole.
   *
   * @param uri of exactly one file
   * @param most bytes that it may have
   * @throws BadInput when it is not there, is not one, is longer, or may not be read
   */
  public byte[] read(String uri, int most) throws IOException {
    List<SourceFile> files = find(uri);
    if (files.size() != 1) {
      throw new BadInput("%s: %d files, expected one".formatted(uri, files.size()));
    }
    try (InputStream in = files.get(0).open(0)) {
      byte[] content = in.readNBytes(most);
      if (in.read() >= 0) {
        throw new BadInput("%s: longer than %d bytes, expected a small file".formatted(uri, most));
      }
      return content;
    }
  }

  /** The files that a uri means, in order. */
  public List<String> names(String uri) throws IOException {
    return find(uri).stream().map(SourceFile::name).toList();
  }

  List<SourceFile> find(String uri) throws IOException {
    if (uri.startsWith("s3://")) {
      return new S3Paths(objects, roots).find(uri);
    }
    if (uri.startsWith("https://")) {
      var line = new HttpsLine(roots);
      return HttpsPaths.find(uri, roots).stream()
          .<SourceFile>map(address -> new HttpsFile(address, line))
          .toList();
    }
    return CorpusPaths.find(uri, roots).stream().<SourceFile>map(LocalFile::new).toList();
  }

  /**
   * A file that was found before, where it still may be read.
   *
   * @param bytes its length then
   * @param version of a remote one
   */
  SourceFile file(String name, long bytes, String version) throws IOException {
    if (name.startsWith("s3://")) {
      return new S3Paths(objects, roots).file(name, bytes, version);
    }
    if (name.startsWith("https://")) {
      return new HttpsFile(HttpsPaths.one(name, roots), new HttpsLine(roots), version);
    }
    roots.requireName(name, Path.of(name));
    roots.requireFile(name, Path.of(name));
    return new LocalFile(Path.of(name));
  }

  @Override
  public void close() {
    objects.close();
  }
}
