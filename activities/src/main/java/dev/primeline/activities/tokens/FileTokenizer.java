package dev.primeline.activities.tokens;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.primeline.activities.artifacts.ArtifactStore;
import dev.primeline.activities.artifacts.DamagedArtifactException;
import dev.primeline.activities.corpus.Utf8;
import dev.primeline.workflows.artifact.ArtifactRef;
import dev.primeline.workflows.artifact.Hashes;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.TokenizerFile;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;

/**
 * A Hugging Face tokenizer.json, run by Hugging Face's own library. Text is text: what looks like a
 * special token in it is read like any other characters, as {@code encode_special_tokens = True}
 * does in Python. Safe for several threads.
 */
public final class FileTokenizer implements TextTokenizer {
  private static final Cleaner CLEANER = Cleaner.create();

  private final byte[][] bytes;
  private final boolean prefixes;
  private final Native beginning;
  private final Native further;

  private FileTokenizer(String name, TokenizerJson json) {
    this.bytes = json.bytes();
    this.prefixes = json.prefixes();
    this.beginning = new Native(name, json.forText());
    this.further = prefixes ? new Native(name, json.forFurtherText()) : beginning;
  }

  /**
   * Reads a file and keeps it in a store, under its hash.
   *
   * @param named where it is and what separates documents
   * @param json its content
   * @throws BadInput when it is no such file, loses text, or has no separator
   */
  public static TokenizerFile keep(ArtifactStore store, TokenizerFile named, byte[] json)
      throws IOException {
    TokenizerJson read = TokenizerJson.parse(named.uri(), json);
    int separator = read.separator(named.separator());
    // Whether the library takes it too.
    new FileTokenizer(named.uri(), read).encode("", token -> {});
    String sha256 = Hashes.sha256(json);
    String key = "tokenizers/%s/tokenizer.json".formatted(sha256.substring(0, 16));
    store.putIfAbsent(key, json);
    var found =
        new TokenizerFile.Found(
            new ArtifactRef(key, sha256, json.length), read.vocabularySize(), separator);
    return new TokenizerFile(named.uri(), named.separator(), found);
  }

  /**
   * Opens what was kept.
   *
   * @throws DamagedArtifactException when it is not what its reference says
   * @throws BadInput when it has another vocabulary than it is said to have
   */
  static FileTokenizer open(ArtifactStore store, TokenizerFile.Found found) throws IOException {
    ArtifactRef file = found.file();
    byte[] json = store.read(file.key());
    if (!Hashes.sha256(json).equals(file.sha256())) {
      throw new DamagedArtifactException(
          "%s: content does not match its hash %s".formatted(file.key(), file.sha256()));
    }
    TokenizerJson read = TokenizerJson.parse(file.key(), json);
    if (read.vocabularySize() != found.vocabularySize()) {
      throw new BadInput(
          "%s: a vocabulary of %d, expected %d"
              .formatted(file.key(), read.vocabularySize(), found.vocabularySize()));
    }
    return new FileTokenizer(file.key(), read);
  }

  @Override
  public void encode(String text, TokenSink tokens) throws IOException {
    beginning.encode(text, tokens);
  }

  @Override
  public void encodeFurther(String text, TokenSink tokens) throws IOException {
    further.encode(text, tokens);
  }

  @Override
  public boolean prefixes() {
    return prefixes;
  }

  @Override
  public byte[] bytes(int token) {
    return bytes[token].clone();
  }

  /** A tokenizer of the native library, freed when nobody can reach it. */
  private static final class Native {
    private static final TokenizersLibrary LIBRARY = library();

    private final long handle;

    /** The library with its packaged CPU code; on a machine with CUDA it would download another. */
    private static TokenizersLibrary library() {
      if (System.getProperty("RUST_FLAVOR") == null) {
        System.setProperty("RUST_FLAVOR", "cpu");
      }
      LibUtils.checkStatus();
      return TokenizersLibrary.LIB;
    }

    Native(String name, String json) {
      try {
        this.handle = LIBRARY.createTokenizerFromString(json);
      } catch (RuntimeException e) {
        throw new BadInput(
            "%s: refused by the tokenizers library (%s), expected a tokenizer.json that it reads"
                .formatted(name, reason(e)));
      }
      free(this, handle);
    }

    /** Apart, so that what frees the handle does not hold on to its owner. */
    private static void free(Native owner, long handle) {
      CLEANER.register(owner, () -> LIBRARY.deleteTokenizer(handle));
    }

    private static String reason(RuntimeException e) {
      return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
    }

    void encode(String text, TokenSink tokens) throws IOException {
      long[] ids;
      try {
        long encoding = LIBRARY.encode(handle, Utf8.wellFormed(text), false);
        try {
          ids = LIBRARY.getTokenIds(encoding);
        } finally {
          LIBRARY.deleteEncoding(encoding);
        }
      } finally {
        Reference.reachabilityFence(this);
      }
      for (long id : ids) {
        tokens.accept((int) id);
      }
    }
  }
}
