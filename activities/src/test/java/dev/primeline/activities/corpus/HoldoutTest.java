package dev.primeline.activities.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.workflows.experiment.DocumentSplit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HoldoutTest {
  @TempDir Path folder;

  private final List<String> train = new ArrayList<>();
  private final List<String> heldout = new ArrayList<>();

  @Test
  void documentsAreHeldOutByTheHashOfTheirContent() throws IOException {
    route(numbered(2000), DocumentSplit.BLANK_LINE, 0.1);
    assertThat(heldout).hasSizeBetween(150, 250);
    assertThat(train).hasSize(2000 - heldout.size());
    // Python's int.from_bytes(sha256(text.encode()).digest()[:8], "big") / 2**64 gives .096, .103.
    assertThat(heldout).contains("document 64\n");
    assertThat(train).contains("document 9\n");
  }

  @Test
  void documentStaysOnItsSideWhenOthersAreAdded() throws IOException {
    route(numbered(500), DocumentSplit.BLANK_LINE, 0.1);
    List<String> before = List.copyOf(heldout);
    route(numbered(900), DocumentSplit.BLANK_LINE, 0.1);
    assertThat(heldout).startsWith(before.toArray(String[]::new)).hasSizeGreaterThan(before.size());
  }

  @Test
  void atLeastOneDocumentIsHeldOut() throws IOException {
    route(numbered(20), DocumentSplit.BLANK_LINE, 1e-6);
    assertThat(heldout).hasSize(1);
    assertThat(train).hasSize(19);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.05, 0.2, 0.5})
  void singleBookIsHeldOutInContiguousStretches(double fraction) throws IOException {
    String book = book(600_000);
    route(book, DocumentSplit.FILE, fraction);
    double share = (double) length(heldout) / book.length();
    assertThat(share).isBetween(fraction * 0.9 - 0.005, fraction * 1.1 + 0.005);
    assertThat(length(heldout) + length(train)).isEqualTo(book.length());
    assertThat(heldout).allMatch(stretch -> stretch.length() >= 2048 && book.contains(stretch));
    assertThat(train).allMatch(book::contains);
    assertThat(heldout).allMatch(stretch -> stretch.endsWith("\n"));
  }

  @Test
  void noMoreOfALongCorpusIsReadThanTheChoiceTakes() throws IOException {
    Files.writeString(folder.resolve("book.txt"), numbered(100_000));
    TextCorpus corpus = corpus(DocumentSplit.BLANK_LINE);
    long[] read = {0};
    Holdout.choose(corpus, 0.2, n -> read[0] += n);
    assertThat(read[0]).isPositive().isLessThan(corpus.bytes() / 10);
  }

  @Test
  void stretchesInOrderAreTheBook() throws IOException {
    String book = book(100_000);
    Files.writeString(folder.resolve("book.txt"), book);
    TextCorpus corpus = corpus(DocumentSplit.FILE);
    Holdout holdout = Holdout.choose(corpus, 0.2, n -> {});
    var all = new StringBuilder();
    List<Character> sides = new ArrayList<>();
    corpus.forEach(
        n -> {},
        document ->
            holdout.route(
                document,
                d -> {
                  all.append(d.text());
                  sides.add('t');
                },
                d -> {
                  all.append(d.text());
                  sides.add('h');
                }));
    assertThat(all).hasToString(book);
    // Neighbours on the same side are one stretch.
    for (int i = 1; i < sides.size(); i++) {
      assertThat(sides.get(i)).isNotEqualTo(sides.get(i - 1));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 300, 5000})
  void shortTextStillHasBothSides(int length) throws IOException {
    route(book(length), DocumentSplit.FILE, 0.05);
    assertThat(train).isNotEmpty();
    assertThat(heldout).isNotEmpty();
  }

  @Test
  void textWithoutLinesIsCutAtSpacesAndWithoutSpacesAnywhere() throws IOException {
    String words = book(50_000).replace('\n', ' ');
    route(words, DocumentSplit.FILE, 0.1);
    assertThat(heldout).isNotEmpty().allMatch(stretch -> stretch.endsWith(" "));
    String smileys =
        IntStream.range(0, 20_000)
            .mapToObj(i -> Character.toString(0x1F600 + (i * i + i / 7) % 60))
            .collect(Collectors.joining());
    route(smileys, DocumentSplit.FILE, 0.1);
    assertThat(heldout)
        .isNotEmpty()
        .allMatch(stretch -> Character.isHighSurrogate(stretch.charAt(0)));
  }

  private void route(String text, DocumentSplit split, double fraction) throws IOException {
    Files.writeString(folder.resolve("book.txt"), text);
    train.clear();
    heldout.clear();
    TextCorpus corpus = corpus(split);
    Holdout holdout = Holdout.choose(corpus, fraction, n -> {});
    corpus.forEach(
        n -> {},
        document -> holdout.route(document, d -> train.add(d.text()), d -> heldout.add(d.text())));
  }

  private TextCorpus corpus(DocumentSplit split) throws IOException {
    return TextCorpus.open(
        folder.resolve("book.txt").toString(), CorpusSources.everywhere(), split, "text", n -> {});
  }

  private static int length(List<String> texts) {
    return texts.stream().mapToInt(String::length).sum();
  }

  private static String numbered(int documents) {
    return IntStream.range(0, documents)
        .mapToObj(i -> "document " + i + "\n")
        .collect(Collectors.joining("\n"));
  }

  private static String book(int length) {
    var random = new Random(length);
    var text = new StringBuilder();
    while (text.length() < length) {
      text.append(Integer.toString(random.nextInt(1 << 20), 36));
      text.append(random.nextInt(12) == 0 ? '\n' : ' ');
    }
    text.setLength(length - 1);
    return text.append('\n').toString();
  }
}
