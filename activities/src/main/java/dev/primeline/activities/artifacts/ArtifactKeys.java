package dev.primeline.activities.artifacts;

import java.util.regex.Pattern;

/**
 * What a key may be: relative names joined by single slashes. Names at the top that begin with a
 * dot belong to the stores themselves (files on their way in, locks, probes) and never show up.
 */
final class ArtifactKeys {

  private static final Pattern UNSAFE = Pattern.compile("[\\\\\\p{Cntrl}]");

  private ArtifactKeys() {}

  /** The key itself; {@link IllegalArgumentException} when it could leave the store. */
  static String requireKey(String key) {
    if (key.isEmpty() || reserved(key) || UNSAFE.matcher(key).find()) {
      throw refused(key);
    }
    for (String name : key.split("/", -1)) {
      if (name.isEmpty() || name.equals(".") || name.equals("..")) {
        throw refused(key);
      }
    }
    return key;
  }

  /** The prefix itself: empty for the whole store, else a key with a slash at its end. */
  static String requirePrefix(String prefix) {
    if (!prefix.isEmpty()) {
      if (!prefix.endsWith("/")) {
        throw new IllegalArgumentException("prefix \"" + prefix + "\" must end in a slash");
      }
      requireKey(prefix.substring(0, prefix.length() - 1));
    }
    return prefix;
  }

  /** Whether a stored name is the store's own business. */
  static boolean reserved(String key) {
    return key.startsWith(".");
  }

  private static IllegalArgumentException refused(String key) {
    return new IllegalArgumentException(
        "key \"" + key + "\" must be names joined by single slashes, like corpora/1f/shard.tokens");
  }
}
