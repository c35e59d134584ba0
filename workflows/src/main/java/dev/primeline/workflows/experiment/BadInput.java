package dev.primeline.workflows.experiment;

import java.io.Serial;

/** Input that a user must change; the message is one sentence with place, value and expectation. */
public final class BadInput extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public BadInput(String message) {
    super(message);
  }
}
