package dev.primeline.activities.artifacts;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;

/** An I/O error in words for a user: Java's own messages are often a bare path. */
public final class IoSentence {

  private IoSentence() {}

  /** {@code a.txt: no such file}; what was thrown with a message of its own keeps it. */
  public static String of(IOException error) {
    String message = error.getMessage();
    if (error instanceof FileSystemException file) {
      return file.getFile() + ": " + reason(file);
    }
    if (message == null) {
      return reason(error);
    }
    boolean speaks =
        error.getClass() == IOException.class
            || error.getClass().getName().startsWith("dev.primeline.");
    return speaks ? message : kind(error.getClass().getSimpleName()) + ": " + message;
  }

  /** What is wrong, without the file. */
  public static String reason(IOException error) {
    if (error instanceof NoSuchFileException) {
      return "no such file";
    }
    if (error instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (error instanceof NotDirectoryException) {
      return "not a directory";
    }
    if (error instanceof DirectoryNotEmptyException) {
      return "a directory that is not empty";
    }
    if (error instanceof FileSystemLoopException) {
      return "symbolic links in a circle";
    }
    String said = error instanceof FileSystemException file ? file.getReason() : error.getMessage();
    if (said != null) {
      return said;
    }
    return error instanceof FileAlreadyExistsException
        ? "exists already"
        : "input or output failed";
  }

  /** {@code IllegalStateException} reads "illegal state". */
  public static String kind(String simpleClassName) {
    String words =
        simpleClassName
            .replaceAll("(Exception|Error)$", "")
            .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
            .toLowerCase(Locale.ROOT);
    return words.isEmpty() ? "failure" : words;
  }
}
