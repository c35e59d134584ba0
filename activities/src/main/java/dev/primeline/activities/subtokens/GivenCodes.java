package dev.primeline.activities.subtokens;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.CodesFile;
import dev.primeline.workflows.experiment.Family;
import java.io.IOException;
import java.util.Arrays;

/**
 * Codes that a file gives: entry x is the code of token x. They may be any different ones below
 * base^ell, so published permutations are taken as they are: that of 32768 entries moves only the
 * first 32000, that of 65536 moves tokens of GPT-2 to codes of V and above. Entries beyond the
 * vocabulary are of no token and left out.
 */
public final class GivenCodes {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private GivenCodes() {}

  /**
   * Reads a JSON array of whole numbers.
   *
   * @param name for messages
   * @throws BadInput when it is none
   */
  public static long[] parse(String name, byte[] json) {
    JsonNode tree;
    try {
      tree = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new BadInput(
          "%s: no JSON (%s), expected an array of codes".formatted(name, e.getOriginalMessage()));
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
    if (!(tree instanceof ArrayNode array)) {
      throw new BadInput("%s: no array, expected the code of every token".formatted(name));
    }
    long[] codes = new long[array.size()];
    for (int token = 0; token < codes.length; token++) {
      JsonNode code = array.get(token);
      if (!code.isIntegralNumber() || !code.canConvertToLong()) {
        throw new BadInput(
            "%s: token %d has code %s, expected a whole number".formatted(name, token, code));
      }
      codes[token] = code.longValue();
    }
    return codes;
  }

  /**
   * Keeps codes in a store, under their hash.
   *
   * @param named where they come from
   * @param codes entry x is the code of token x
   */
  public static CodesFile keep(ArtifactStore store, CodesFile named, long[] codes)
      throws IOException {
    byte[] json = JSON.writeValueAsBytes(codes);
    String sha256 = Hashes.sha256(json);
    String key = "codes/%s/codes.json".formatted(sha256.substring(0, 16));
    store.putIfAbsent(key, json);
    return new CodesFile(named.uri(), new ArtifactRef(key, sha256, json.length));
  }

  /**
   * The sub-tokenizer of a family with given codes.
   *
   * @throws DamagedArtifactException when the stored codes are not what their reference says
   * @throws BadInput when they do not fit the family or the vocabulary
   */
  public static SubTokenizer open(ArtifactStore store, Family family, int vocabularySize)
      throws IOException {
    CodesFile given = family.codes();
    ArtifactRef stored = given == null ? null : given.stored();
    if (given == null || stored == null) {
      throw new BadInput(
          "family %s: imported order without codes, expected a file".formatted(family.name()));
    }
    byte[] json = store.read(stored.key());
    if (!Hashes.sha256(json).equals(stored.sha256())) {
      throw new DamagedArtifactException(
          "%s: content does not match its hash %s".formatted(stored.key(), stored.sha256()));
    }
    long[] codes = parse(stored.key(), json);
    if (codes.length < vocabularySize) {
      throw new BadInput(
          "%s: %d codes for a vocabulary of %d, expected one a token"
              .formatted(given.uri(), codes.length, vocabularySize));
    }
    int[] ofTokens =
        Arrays.stream(codes, 0, vocabularySize)
            // What no int holds is no code, and refused as one out of range.
            .mapToInt(code -> (int) Math.max(-1, Math.min(Integer.MAX_VALUE, code)))
            .toArray();
    return new SubTokenizer(
        family.base(),
        family.ell(),
        new Permutation(Permutation.IMPORTED, codes.length, 0),
        ofTokens);
  }
}
