package dev.primeline.workers.cli;

/**
 * What the process says with its exit code; part of the documented interface. A process that a
 * signal ends says 128 plus its number: 130 after Ctrl-C, 143 after SIGTERM.
 */
final class ExitCode {

  /** Done. */
  static final int OK = 0;

  /** It could not be done, and other input would not have helped. */
  static final int FAILURE = 1;

  /** The command, the specification or a file that it names must be changed first. */
  static final int USAGE = 2;

  private ExitCode() {}
}
