package dev.primeline.workers.cli;

import dev.primeline.activities.artifacts.IoSentence;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is known of a text that is to be written. */
final class PromptOptions {

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "What the text begins with. Without it the model begins by itself.")
  private @Nullable String prompt;

  @Option(
      names = "--prompt-file",
      paramLabel = "FILE",
      description = "The same from a file, UTF-8, to its last byte.")
  private @Nullable Path promptFile;

  @Option(
      names = "--suffix",
      paramLabel = "TEXT",
      description = "What the text ends with: the model fills the gap. Not for ARM.")
  private @Nullable String suffix;

  /**
   * The text's beginning; empty when none is given.
   *
   * @throws BadInput when it is given and empty, or is no text
   */
  String prompt() throws IOException {
    if (prompt != null && promptFile != null) {
      throw new BadInput("--prompt and --prompt-file: both are given, expected one of them");
    }
    return promptFile == null
        ? typed("--prompt", prompt)
        : present("--prompt-file " + promptFile, read(promptFile));
  }

  /** The text's end; empty when none is given. */
  String suffix() {
    return typed("--suffix", suffix);
  }

  private static String present(String option, String text) {
    if (text.isEmpty()) {
      throw new BadInput("%s: empty, expected text, or no such option".formatted(option));
    }
    return text;
  }

  private static String typed(String option, @Nullable String text) {
    if (text == null) {
      return "";
    }
    // The JVM puts U+FFFD for bytes of an argument that are no text in the locale's encoding.
    int bad = text.indexOf('\uFFFD');
    if (bad >= 0) {
      throw new BadInput(
          "%s: character %d is no text, expected UTF-8 and a locale that says so, such as LC_ALL=C.UTF-8"
              .formatted(option, bad + 1));
    }
    return present(option, text);
  }

  private static String read(Path file) throws IOException {
    try {
      byte[] bytes = Files.readAllBytes(file);
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new BadInput("--prompt-file %s: not UTF-8, expected text in UTF-8".formatted(file));
    } catch (IOException e) {
      throw new BadInput(
          "--prompt-file %s: cannot be read (%s), expected a file of text"
              .formatted(file, IoSentence.reason(e)));
    }
  }
}
