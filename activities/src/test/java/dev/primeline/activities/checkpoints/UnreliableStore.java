package dev.primeline.activities.checkpoints;

import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.StoredObject;
import dev.primeline.workflows.artifact.ArtifactRef;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** A store each of whose calls may fail, before or after it did what it was asked to. */
final class UnreliableStore extends ForwardingStore {

  private final Random random;
  private final int oneIn;

  UnreliableStore(ArtifactStore store, Random random, int oneIn) {
    super(store);
    this.random = random;
    this.oneIn = oneIn;
  }

  private interface Call<T> {
    T make() throws IOException;
  }

  private <T> T perhaps(Call<T> call) throws IOException {
    if (random.nextInt(oneIn) == 0) {
      throw new IOException("no connection");
    }
    T answer = call.make();
    if (random.nextInt(oneIn) == 0) {
      throw new IOException("the answer is lost");
    }
    return answer;
  }

  @Override
  public ArtifactRef put(String key, Path file) throws IOException {
    return perhaps(() -> super.put(key, file));
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) throws IOException {
    return perhaps(() -> super.putIfAbsent(key, content));
  }

  @Override
  public byte[] read(String key) throws IOException {
    return perhaps(() -> super.read(key));
  }

  @Override
  public Path fetch(ArtifactRef ref) throws IOException {
    return perhaps(() -> super.fetch(ref));
  }

  @Override
  public boolean exists(String key) throws IOException {
    return perhaps(() -> super.exists(key));
  }

  @Override
  public List<StoredObject> objects(String prefix) throws IOException {
    return perhaps(() -> super.objects(prefix));
  }

  @Override
  public void delete(String key) throws IOException {
    perhaps(
        () -> {
          super.delete(key);
          return key;
        });
  }
}
