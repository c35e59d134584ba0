package dev.primeline.activities.training;

import java.io.IOException;

/** Another execution of the same training is ahead in the store: this one has to stop. */
public final class SupersededException extends IOException {
  private static final long serialVersionUID = 1L;

  /** One sentence: which training, and who is where. */
  public SupersededException(String message) {
    super(message);
  }
}
