package dev.primeline.workers.cli;

import dev.primeline.activities.artifacts.IoSentence;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.steps.FailureKind;
import io.grpc.StatusRuntimeException;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Says in one sentence what an exception means, wherever in its causes that is written. */
final class ErrorSentence {

  private ErrorSentence() {}

  /** The sentence of the outermost cause that speaks to a user, or else of the innermost. */
  static String of(Throwable error) {
    Throwable speaker = speaker(error);
    String message = speaker.getMessage();
    if (speaker instanceof ApplicationFailure failure) {
      return ofFailure(failure);
    }
    if (speaker instanceof IOException io) {
      return flat(IoSentence.of(io));
    }
    if (speaker instanceof StatusRuntimeException status) {
      return flat("the Temporal server says " + status.getStatus().getCode() + ": " + message);
    }
    if (speaker instanceof BadInput) {
      return flat(message);
    }
    return IoSentence.kind(speaker.getClass().getSimpleName())
        + (message == null ? "" : ": " + flat(message));
  }

  /** What an activity did not foresee arrives with the class of its exception as its type. */
  private static String ofFailure(ApplicationFailure failure) {
    String type = failure.getType();
    String message = flat(failure.getOriginalMessage());
    return type.contains(".")
        ? IoSentence.kind(type.substring(type.lastIndexOf('.') + 1)) + ": " + message
        : message;
  }

  /** True when the user must change something before trying again. */
  static boolean blamesInput(Throwable error) {
    Throwable speaker = speaker(error);
    return speaker instanceof BadInput
        || (speaker instanceof ApplicationFailure failure
            && FailureKind.BAD_INPUT.wireName().equals(failure.getType()));
  }

  /** The text on one line; what would command a terminal is a question mark. */
  static String flat(@Nullable String text) {
    return text == null
        ? "no message"
        : text.strip().replaceAll("\\s*\\R\\s*|\\t", " ").replaceAll("\\p{Cntrl}", "?");
  }

  /** A text with its line ends; what else would command a terminal is a question mark. */
  static String harmless(String text) {
    return text.replace("\r\n", "\n").replaceAll("[\\p{Cc}&&[^\n\t]]", "?");
  }

  /**
   * An application failure's own cause is its stack trace as seen from afar: it ends the search. So
   * does an I/O error with a message of its own, which says more than what caused it.
   */
  private static Throwable speaker(Throwable error) {
    Throwable at = error;
    while (!(at instanceof BadInput)
        && !(at instanceof ApplicationFailure)
        && !(at.getClass() == IOException.class && !repeats(at))
        && at.getCause() != null) {
      at = at.getCause();
    }
    return at;
  }

  private static boolean repeats(Throwable error) {
    return error.getMessage() == null
        || (error.getCause() != null && error.getMessage().equals(error.getCause().toString()));
  }
}
