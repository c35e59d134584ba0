package dev.primeline.activities.airflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.primeline.workflows.airflow.ProducedText;
import dev.primeline.workflows.experiment.AirflowSource;
import dev.primeline.workflows.experiment.BadInput;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a DAG left, as the address of a text: a string, or an object with {@code uri} and perhaps
 * {@code heldout}. It goes into histories, so what lets its reader in is refused here; whether it
 * may be read is judged where it is, as if a user had named it.
 */
final class XcomText {

  private final AirflowSource source;
  private final String dagRun;

  XcomText(AirflowSource source, String dagRun) {
    this.source = source;
    this.dagRun = dagRun;
  }

  /**
   * Reads it.
   *
   * @throws BadInput when it is missing or something else
   */
  ProducedText read(Optional<JsonNode> value) {
    JsonNode left = value.orElseThrow(() -> bad("nothing"));
    if (left.isTextual()) {
      return new ProducedText(address(left), null, dagRun);
    }
    if (!left.isObject()) {
      throw bad(shown(left));
    }
    JsonNode heldout = left.path("heldout");
    boolean none = heldout.isMissingNode() || heldout.isNull();
    return new ProducedText(address(left.path("uri")), none ? null : address(heldout), dagRun);
  }

  private String address(JsonNode value) {
    if (!value.isTextual()) {
      throw bad(value.isMissingNode() ? "an object without uri" : shown(value));
    }
    String address = value.textValue();
    boolean everywhere = address.startsWith("/") || address.matches("(?i)[a-z][a-z0-9+.-]*:.+");
    if (!everywhere || address.length() > 4000) {
      throw bad(shown(value));
    }
    if (address.matches("(?i)[a-z0-9+.-]+://[^/]*@.*") || address.matches("(?i)https?:.*\\?.*")) {
      // Not even in a message.
      throw bad("an address with a user or a query, which would stay in histories");
    }
    return address;
  }

  private BadInput bad(@Nullable String found) {
    return new BadInput(
        "corpus.airflow.xcom: %s of run %s of DAG %s is %s, expected the text's address (s3://, https:// or an absolute path), or an object with it as \"uri\""
            .formatted(source.xcom(), dagRun, source.dag(), found));
  }

  private static String shown(JsonNode value) {
    String text = value.toString();
    return "%s (%s)"
        .formatted(
            text.length() > 60 ? text.substring(0, 60) + "..." : text,
            value.getNodeType().name().toLowerCase(Locale.ROOT));
  }
}
