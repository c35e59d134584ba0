package dev.primeline.activities.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file of this machine. */
record LocalFile(Path path) implements SourceFile {

  @Override
  public String name() {
    return path.toString();
  }

  @Override
  public long bytes() throws IOException {
    try {
      return Files.size(path);
    } catch (IOException e) {
      throw CorpusPaths.readable(name(), e);
    }
  }

  @Override
  public String version() {
    return "";
  }

  @Override
  public InputStream open(long from) throws IOException {
    try {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      return Channels.newInputStream(channel.position(from));
    } catch (IOException e) {
      throw CorpusPaths.readable(name(), e);
    }
  }
}
