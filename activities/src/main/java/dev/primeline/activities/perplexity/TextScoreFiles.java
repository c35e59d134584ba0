package dev.primeline.activities.perplexity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.primeline.workflows.evaluation.FamilyScores;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Scores as files: JSON with everything, CSV with a line per model and text. */
public final class TextScoreFiles {
  private static final String COLUMNS =
      "text,checkpoint,step,bound,natsPerToken,maskError,textError,standardError,perplexity,words,wordPerplexity,bitsPerByte,tokensScored,draws,publishedEstimator"
          + " (not a bound),alarmed";

  private TextScoreFiles() {}

  /** UTF-8; a JSON list. */
  public static byte[] json(List<TextScore> scores) {
    try {
      return (new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(scores) + "\n")
          .getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** UTF-8; a heading and a line each, undefined numbers empty (RFC 4180). */
  public static byte[] csv(List<TextScore> scores) {
    return Stream.concat(Stream.of(COLUMNS), scores.stream().map(TextScoreFiles::line))
        .map(line -> line + "\r\n")
        .collect(Collectors.joining())
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String line(TextScore score) {
    FamilyScores s = score.scores();
    return Stream.of(
            score.text(),
            score.checkpoint(),
            score.step(),
            score.bound(),
            s.nelboNatsPerToken(),
            s.maskError(),
            s.textError(),
            s.standardError(),
            s.perplexity(),
            present(s.words()),
            present(s.wordPerplexity()),
            present(s.bitsPerByte()),
            s.tokensScored(),
            present(s.draws()),
            present(s.publishedEstimator()),
            !score.alarms().isEmpty())
        .map(TextScoreFiles::cell)
        .collect(Collectors.joining(","));
  }

  private static Object present(@Nullable Object value) {
    return value == null ? "" : value;
  }

  private static String cell(Object value) {
    String text = value.toString();
    return text.matches("[^,\"\r\n]*") ? text : "\"" + text.replace("\"", "\"\"") + "\"";
  }
}
