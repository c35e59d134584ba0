package dev.primeline.activities.checkpoints;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.workflows.artifact.ArtifactRef;
import java.io.IOException;
import java.nio.file.Path;

/** A store whose process dies at one of its writes, before anything of it is stored. */
final class DyingStore extends ForwardingStore {

  /** The process is gone. */
  static final class Death extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private int writesLeft;

  DyingStore(ArtifactStore store, int writes) {
    super(store);
    this.writesLeft = writes;
  }

  private void write() {
    if (writesLeft-- == 0) {
      throw new Death();
    }
  }

  @Override
  public ArtifactRef put(String key, Path file) throws IOException {
    write();
    return super.put(key, file);
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) throws IOException {
    write();
    return super.putIfAbsent(key, content);
  }
}
