package dev.primeline.activities.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.primeline.workflows.corpus.CorpusRequest;
import dev.primeline.workflows.corpus.CorpusResult;
import dev.primeline.workflows.experiment.CorpusSpec;
import dev.primeline.workflows.experiment.DocumentSplit;
import dev.primeline.workflows.experiment.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On text that people wrote; skipped where it is not there. */
class RealTextTest {
  private static final Path DATA =
      Path.of(System.getProperty("primeline.root", "."), "..", "shared", "data");

  @TempDir Path folder;

  private FakeStore store;

  @BeforeEach
  void folders() {
    store = new FakeStore(folder.resolve("store"));
  }

  @Test
  void bookHoldsOutStretchesOfItself() throws IOException {
    Path book = present("tinyshakespeare.txt");
    CorpusResult result = prepare(book, null, Tokenizer.BYTES, DocumentSplit.FILE);
    PreparedCorpus corpus = PreparedCorpus.open(store, result.manifest());

    long separators = result.trainDocuments() + result.heldoutDocuments();
    assertThat(result.trainTokens() + result.heldoutTokens())
        .isEqualTo(Files.size(book) + separators);
    double share = (double) result.heldoutBytes() / Files.size(book);
    assertThat(share).isBetween(0.045, 0.055);
    assertThat(result.heldoutDocuments()).isBetween(5L, 10L);
    String whole = Files.readString(book);
    for (int document = 0; document < result.heldoutDocuments(); document++) {
      String stretch = text(corpus, document);
      assertThat(stretch.length()).isGreaterThan(5_000);
      assertThat(whole).contains(stretch);
    }
    assertThat(result.unigramNatsPerToken()).isBetween(3.2, 3.4);
  }

  @Test
  void articlesAreDocumentsAndTheirTokensTheirText() throws IOException {
    Path valid = present("wikitext2-valid.txt");
    Path test = present("wikitext2-test.txt");
    CorpusResult result = prepare(valid, test, Tokenizer.GPT2, DocumentSplit.HEADING);
    PreparedCorpus corpus = PreparedCorpus.open(store, result.manifest());

    assertThat(result.trainDocuments()).isEqualTo(60);
    assertThat(result.heldoutDocuments()).isEqualTo(60);
    var decoded = new StringBuilder(" \n");
    for (int document = 0; document < result.heldoutDocuments(); document++) {
      decoded.append(text(corpus, document));
    }
    assertThat(decoded.toString()).isEqualTo(Files.readString(test));
    assertThat(result.heldoutBytes()).isEqualTo(Files.size(test) - 2);
  }

  @Test
  void piecesOfRealTextGiveTheTokensOfTheWhole() throws IOException {
    String text = Files.readString(present("wikitext2-valid.txt"));
    assertThat(TextTokenizerTest.tokens(new Gpt2Tokenizer(), text))
        .isEqualTo(TextTokenizerTest.reference(text));
  }

  private CorpusResult prepare(
      Path train, @Nullable Path heldout, Tokenizer tokenizer, DocumentSplit split)
      throws IOException {
    var spec =
        new CorpusSpec(
            train.toString(),
            heldout == null ? null : heldout.toString(),
            tokenizer,
            split,
            "text",
            0.05,
            null);
    CorpusResult result =
        new CorpusPreparation(store, folder, p -> {}).prepare(new CorpusRequest(spec, 256, 0));
    System.out.println(result);
    return result;
  }

  private static String text(PreparedCorpus corpus, int document) {
    TextTokenizer tokenizer = TextTokenizer.of(corpus.manifest().tokenizer());
    var bytes = new ByteArrayOutputStream();
    TokenSequence heldout = corpus.heldout();
    long end = heldout.documentStart(document + 1);
    for (long i = heldout.documentStart(document); i < end; i++) {
      bytes.writeBytes(tokenizer.bytes(heldout.at(i)));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static Path present(String name) {
    Path file = DATA.resolve(name);
    assumeTrue(Files.exists(file), () -> file + " is not there");
    return file;
  }
}
