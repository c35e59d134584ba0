package dev.primeline.workers.cli;

import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.steps.FailureKind;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says in one sentence what an exception means, wherever in its causes that is written. */
final class ErrorSentence {

  private ErrorSentence() {}

  /** The sentence of the innermost cause that speaks to a user. */
  static String of(Throwable error) {
    Throwable speaker = speaker(error);
    if (speaker instanceof ApplicationFailure failure) {
      return flat(failure.getOriginalMessage());
    }
    if (speaker instanceof FileSystemException file) {
      return flat(file.getFile() + ": " + reason(file));
    }
    String message = speaker.getMessage();
    boolean speaks = speaker instanceof BadInput || speaker.getClass() == IOException.class;
    return speaks && message != null
        ? flat(message)
        : kind(speaker) + (message == null ? "" : ": " + flat(message));
  }

  /** True when the user must change something before trying again. */
  static boolean blamesInput(Throwable error) {
    Throwable speaker = speaker(error);
    return speaker instanceof BadInput
        || (speaker instanceof ApplicationFailure failure
            && FailureKind.BAD_INPUT.wireName().equals(failure.getType()));
  }

  /** The text on one line. */
  static String flat(@Nullable String text) {
    return text == null ? "no message" : text.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  /**
   * An application failure's own cause is its stack trace as seen from afar: it ends the search.
   */
  private static Throwable speaker(Throwable error) {
    Throwable at = error;
    while (!(at instanceof BadInput)
        && !(at instanceof ApplicationFailure)
        && at.getCause() != null) {
      at = at.getCause();
    }
    return at;
  }

  private static String reason(FileSystemException file) {
    if (file instanceof NoSuchFileException) {
      return "no such file";
    }
    if (file instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (file instanceof FileAlreadyExistsException) {
      return "exists already";
    }
    if (file instanceof NotDirectoryException) {
      return "not a directory";
    }
    return file.getReason() == null ? kind(file) : file.getReason();
  }

  /** {@code IllegalStateException} reads "illegal state". */
  private static String kind(Throwable error) {
    String words =
        error
            .getClass()
            .getSimpleName()
            .replaceAll("(Exception|Error)$", "")
            .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
            .toLowerCase(Locale.ROOT);
    return words.isEmpty() ? "failure" : words;
  }
}
