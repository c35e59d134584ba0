package dev.primeline.activities.tokens;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a Hugging Face tokenizer.json says. Accepted is every one whose tokens give any text back
 * byte by byte: byte-level ones (GPT-2's kind), and those that fall back to bytes (Llama's kind).
 * Others lose what they have no token for, and no number about a text may do that.
 */
final class TokenizerJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Beyond, a specification refuses the vocabulary. */
  private static final int MOST_IDS = 1 << 20;

  /** In the order in which they are looked for when a file puts nothing before a text. */
  private static final List<String> SEPARATORS =
      List.of("<|endoftext|>", "<|end_of_text|>", "</s>", "<eos>", "<|im_end|>", "[SEP]");

  private final String name;
  private final ObjectNode root;
  private final Map<String, Integer> ids = new LinkedHashMap<>();
  private final Map<String, Integer> special = new LinkedHashMap<>();
  private final Map<String, Integer> added = new LinkedHashMap<>();
  private final TokenAlphabet alphabet;

  private TokenizerJson(String name, ObjectNode root) {
    this.name = name;
    this.root = root;
    readModel();
    readAdded();
    this.alphabet = alphabet();
  }

  /**
   * Reads a file.
   *
   * @param name for messages
   * @throws BadInput when it is none, or loses text
   */
  static TokenizerJson parse(String name, byte[] json) {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw bad(name, "no JSON (%s)".formatted(e.getOriginalMessage()));
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
    if (!(root instanceof ObjectNode object) || !(object.get("model") instanceof ObjectNode)) {
      throw bad(name, "no object with a model");
    }
    return new TokenizerJson(name, object);
  }

  private void readModel() {
    JsonNode vocabulary = root.path("model").path("vocab");
    if (vocabulary instanceof ArrayNode scored) {
      for (int id = 0; id < scored.size(); id++) {
        put(scored.path(id).path(0).asText(""), id);
      }
    } else {
      vocabulary.properties().forEach(entry -> put(entry.getKey(), entry.getValue().asInt(-1)));
    }
    if (ids.isEmpty()) {
      throw bad(name, "a model without a vocabulary");
    }
  }

  private void readAdded() {
    for (JsonNode token : root.path("added_tokens")) {
      String content = token.path("content").asText("");
      put(content, token.path("id").asInt(-1));
      (token.path("special").asBoolean() ? special : added)
          .put(content, token.path("id").intValue());
    }
  }

  private void put(String token, int id) {
    if (id < 0 || id >= MOST_IDS) {
      throw bad(name, "token %s with id %d".formatted(token, id));
    }
    ids.put(token, id);
  }

  private TokenAlphabet alphabet() {
    TokenAlphabet alphabet =
        has(root.path("decoder"), "ByteLevel")
            ? TokenAlphabet.BYTE_LEVEL
            : root.path("model").path("byte_fallback").asBoolean()
                ? TokenAlphabet.BYTE_FALLBACK
                : null;
    if (alphabet == null) {
      throw bad(
          name,
          "tokens that do not give every text back (no byte-level decoder, no byte fallback)");
    }
    for (int b = 0; b < 256; b++) {
      if (!ids.containsKey(alphabet.token(b))) {
        throw bad(name, "no token for the byte %d (%s)".formatted(b, alphabet.token(b)));
      }
    }
    return alphabet;
  }

  /** The largest id and one. */
  int vocabularySize() {
    return ids.values().stream().mapToInt(id -> id + 1).max().orElseThrow();
  }

  /** What each token stands for: no bytes for special ones, which never come out of text. */
  byte[][] bytes() {
    byte[][] bytes = new byte[vocabularySize()][];
    Arrays.fill(bytes, new byte[0]);
    ids.forEach((token, id) -> bytes[id] = alphabet.bytes(token));
    added.forEach((token, id) -> bytes[id] = token.getBytes(StandardCharsets.UTF_8));
    special.values().forEach(id -> bytes[id] = new byte[0]);
    return bytes;
  }

  /**
   * The id that stands between documents: the asked one; else what the file puts before a text
   * (TinyLlama's data has {@code <s>} there); else the one token of a well-known name.
   *
   * @throws BadInput when there is none
   */
  int separator(@Nullable String asked) {
    if (asked != null) {
      Integer id = ids.get(asked);
      if (id == null) {
        throw bad(name, "no token \"%s\", which is asked for as separator".formatted(asked));
      }
      return id;
    }
    JsonNode first = root.path("post_processor");
    for (JsonNode step : steps(first, "processors")) {
      JsonNode token = step.path("single").path(0).path("SpecialToken").path("id");
      if (token.isTextual() && ids.containsKey(token.textValue())) {
        return ids.get(token.textValue());
      }
    }
    return SEPARATORS.stream()
        .filter(special::containsKey)
        .map(special::get)
        .map(Objects::requireNonNull)
        .findFirst()
        .orElseThrow(
            () ->
                bad(
                    name,
                    "no token that stands between documents (none before a text, none of %s)"
                        .formatted(SEPARATORS)));
  }

  /**
   * Whether a space is put before a text; as a Llama tokenizer does, which then has a first token
   * with one byte more than the text.
   */
  boolean prefixes() {
    return !withoutPrefix(root.deepCopy()).equals(root);
  }

  /** The file as text is read by it: special tokens are no part of any text, nothing is added. */
  String forText() {
    return plain(root.deepCopy()).toString();
  }

  /** The same for text that goes on: no space is put before it. */
  String forFurtherText() {
    return plain(withoutPrefix(root.deepCopy())).toString();
  }

  private static ObjectNode plain(ObjectNode file) {
    ArrayNode ordinary = JsonNodeFactory.instance.arrayNode();
    for (JsonNode token : file.path("added_tokens")) {
      if (!token.path("special").asBoolean()) {
        ordinary.add(token);
      }
    }
    file.set("added_tokens", ordinary);
    return file.putNull("post_processor").putNull("truncation").putNull("padding");
  }

  private static ObjectNode withoutPrefix(ObjectNode file) {
    JsonNode normalizer = file.path("normalizer");
    if (isPrefix(normalizer)) {
      file.putNull("normalizer");
    }
    if (normalizer.path("normalizers") instanceof ArrayNode steps) {
      for (int i = steps.size() - 1; i >= 0; i--) {
        if (isPrefix(steps.get(i))) {
          steps.remove(i);
        }
      }
    }
    for (JsonNode step : steps(file.path("pre_tokenizer"), "pretokenizers")) {
      if (step instanceof ObjectNode splitter) {
        if (splitter.path("add_prefix_space").asBoolean()) {
          splitter.put("add_prefix_space", false);
        }
        if (!splitter.path("prepend_scheme").asText("never").equals("never")) {
          splitter.put("prepend_scheme", "never");
        }
      }
    }
    return file;
  }

  private static boolean isPrefix(JsonNode step) {
    return step.path("type").asText().equals("Prepend");
  }

  /** A step, or the steps of a sequence. */
  private static Iterable<JsonNode> steps(JsonNode step, String ofSequence) {
    return step.path(ofSequence) instanceof ArrayNode sequence ? sequence : List.of(step);
  }

  private static boolean has(JsonNode decoder, String type) {
    for (JsonNode step : steps(decoder, "decoders")) {
      if (step.path("type").asText().equals(type)) {
        return true;
      }
    }
    return false;
  }

  private static BadInput bad(String name, String problem) {
    return new BadInput(
        "%s: %s; expected a Hugging Face tokenizer.json, byte-level or with byte fallback"
            .formatted(name, problem));
  }
}
