package dev.primeline.activities.subtokens;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.util.Iterator;
import java.util.Set;

/**
 * The file subtokenizer.json. The codes are written out, so that a reader in another language needs
 * no permutation; the permutation's name says where they came from.
 */
final class SubTokenizerJson {

  private static final int SCHEMA_VERSION = 1;
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final Set<String> KEYS =
      Set.of("schemaVersion", "hash", "vocabularySize", "base", "ell", "permutation", "codes");
  private static final Set<String> PERMUTATION_KEYS = Set.of("algorithm", "range", "seed");

  private SubTokenizerJson() {}

  static byte[] write(SubTokenizer subTokenizer) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("schemaVersion", SCHEMA_VERSION);
    root.put("hash", subTokenizer.hash());
    root.put("vocabularySize", subTokenizer.vocabularySize());
    root.put("base", subTokenizer.base());
    root.put("ell", subTokenizer.ell());
    Permutation permutation = subTokenizer.permutation();
    root.putObject("permutation")
        .put("algorithm", permutation.algorithm())
        .put("range", permutation.range())
        .put("seed", permutation.seed());
    ArrayNode codes = root.putArray("codes");
    for (int token = 0; token < subTokenizer.vocabularySize(); token++) {
      codes.add(subTokenizer.code(token));
    }
    try {
      return MAPPER.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of numbers and strings is always JSON", e);
    }
  }

  static SubTokenizer read(byte[] json) {
    JsonNode root;
    try {
      root = MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw refused(
          "not JSON at line %d, column %d: %s"
              .formatted(
                  e.getLocation().getLineNr(),
                  e.getLocation().getColumnNr(),
                  e.getOriginalMessage()));
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
    requireObject(root, "the file", KEYS);
    int version = integer(root, "schemaVersion");
    if (version != SCHEMA_VERSION) {
      throw refused("schemaVersion is %d, expected %d".formatted(version, SCHEMA_VERSION));
    }
    int base = integer(root, "base");
    int ell = integer(root, "ell");
    Permutation permutation = permutation(root.path("permutation"));
    int[] codes = codes(root);
    SubTokenizer subTokenizer;
    try {
      subTokenizer = new SubTokenizer(base, ell, permutation, codes);
    } catch (BadInput e) {
      throw refused(String.valueOf(e.getMessage()));
    }
    String hash = text(root, "hash");
    if (!hash.equals(subTokenizer.hash())) {
      throw refused(
          "hash is %s, expected %s of the codes in the file".formatted(hash, subTokenizer.hash()));
    }
    return subTokenizer;
  }

  private static Permutation permutation(JsonNode node) {
    requireObject(node, "permutation", PERMUTATION_KEYS);
    String algorithm = text(node, "algorithm");
    if (!Permutation.ALGORITHMS.contains(algorithm)) {
      throw refused(
          "permutation.algorithm is %s, expected one of %s"
              .formatted(algorithm, String.join(", ", Permutation.ALGORITHMS)));
    }
    JsonNode seed = node.path("seed");
    if (!seed.isIntegralNumber() || !seed.canConvertToLong()) {
      throw refused("permutation.seed is %s, expected an integer".formatted(seed));
    }
    return new Permutation(algorithm, integer(node, "range"), seed.longValue());
  }

  private static int[] codes(JsonNode root) {
    JsonNode array = root.path("codes");
    int vocabularySize = integer(root, "vocabularySize");
    if (!array.isArray() || array.size() != vocabularySize) {
      throw refused(
          "codes has %d entries, expected vocabularySize = %d"
              .formatted(array.size(), vocabularySize));
    }
    int[] codes = new int[vocabularySize];
    for (int token = 0; token < vocabularySize; token++) {
      JsonNode code = array.get(token);
      if (!code.isIntegralNumber() || !code.canConvertToInt()) {
        throw refused("codes[%d] is %s, expected an integer".formatted(token, code));
      }
      codes[token] = code.intValue();
    }
    return codes;
  }

  private static void requireObject(JsonNode node, String place, Set<String> keys) {
    if (!node.isObject()) {
      throw refused("%s is not a JSON object".formatted(place));
    }
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!keys.contains(name)) {
        throw refused("unknown key %s".formatted(name));
      }
    }
    for (String key : keys) {
      if (!node.has(key)) {
        throw refused("%s has no key %s".formatted(place, key));
      }
    }
  }

  private static int integer(JsonNode node, String key) {
    JsonNode value = node.path(key);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw refused("%s is %s, expected an integer".formatted(key, value));
    }
    return value.intValue();
  }

  private static String text(JsonNode node, String key) {
    JsonNode value = node.path(key);
    if (!value.isTextual()) {
      throw refused("%s is %s, expected a string".formatted(key, value));
    }
    return value.textValue();
  }

  private static BadInput refused(String reason) {
    return new BadInput("sub-tokenizer file: " + reason);
  }
}
