package dev.primeline.activities.artifacts;

import java.io.IOException;
import java.io.Serial;

/** A stored object is not what its reference says. */
public final class DamagedArtifactException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  public DamagedArtifactException(String message) {
    super(message);
  }
}
