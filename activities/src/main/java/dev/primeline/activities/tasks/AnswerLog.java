package dev.primeline.activities.tasks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A task's answers as they come: a JSON object a line, the first line being what they were taken
 * with. Whoever was killed goes on after the last whole line.
 */
final class AnswerLog {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What decides the answers.
   *
   * @param format of this file and of the prices in it
   * @param task its name
   * @param questions SHA-256 of all questions as they are asked
   * @param checkpoint SHA-256 of the manifest
   * @param draws mask draws per choice
   */
  record Header(int format, String task, String questions, String checkpoint, int draws) {}

  private final Path file;
  private final List<Answer> kept = new ArrayList<>();

  /**
   * Opens a log, or begins it.
   *
   * @throws BadInput when the file is another evaluation's
   */
  AnswerLog(Path file, Header header) throws IOException {
    this.file = file;
    if (Files.exists(file)) {
      read(header);
    }
    // What a kill cut off in the middle of a line is gone; the whole lines are written once more.
    StringBuilder whole = new StringBuilder(JSON.writeValueAsString(header)).append('\n');
    for (Answer answer : kept) {
      whole.append(JSON.writeValueAsString(answer)).append('\n');
    }
    Path part = file.resolveSibling("." + file.getFileName() + ".part");
    Files.writeString(part, whole);
    Files.move(part, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private void read(Header header) throws IOException {
    List<String> lines =
        new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
    try {
      if (!lines.isEmpty() && header.equals(JSON.readValue(lines.get(0), Header.class))) {
        for (String line : lines.subList(1, lines.size())) {
          Answer answer = JSON.readValue(line, Answer.class);
          if (answer.question() != kept.size()) {
            return;
          }
          kept.add(answer);
        }
        return;
      }
    } catch (JsonProcessingException broken) {
      if (!kept.isEmpty() || lines.get(0).startsWith("{\"format\"")) {
        return;
      }
    }
    throw new BadInput(
        "%s: holds something else than these answers, expected another folder or none of that name"
            .formatted(file));
  }

  /** What was there already, question 0 first. */
  List<Answer> kept() {
    return kept;
  }

  /** Adds the next answer. */
  void add(Answer answer) throws IOException {
    Files.writeString(file, JSON.writeValueAsString(answer) + "\n", StandardOpenOption.APPEND);
  }
}
