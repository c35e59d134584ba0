package dev.primeline.activities.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.DocumentSplit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextCorpusTest {
  @TempDir Path folder;
  private final CorpusSources sources = CorpusSources.everywhere();

  @Test
  void fileIsOneDocument() throws IOException {
    write("a.txt", "one\n\ntwo\n");
    assertThat(texts("a.txt", DocumentSplit.FILE)).containsExactly("one\n\ntwo\n");
  }

  @Test
  void blankLinesSeparateDocumentsAndAreNoPartOfThem() throws IOException {
    write("a.txt", "\n one\nmore\n  \n\r\ntwo\n\n\n");
    assertThat(documents("a.txt", DocumentSplit.BLANK_LINE))
        .containsExactly(
            new Document(folder.resolve("a.txt") + ":2", " one\nmore\n"),
            new Document(folder.resolve("a.txt") + ":6", "two\n"));
  }

  @Test
  void wikiTextTitlesStartDocumentsAndSectionsDoNot() throws IOException {
    String first =
        wikiText(
            """
            = Title =

            = = Part = =

            It is
            = 1 < k =
            wide

            """);
    String second =
        wikiText(
            """
            = 2011 – 12 season =

            More .
            """);
    write("a.txt", " \n" + first + second);
    assertThat(texts("a.txt", DocumentSplit.HEADING)).containsExactly(first, second);
  }

  @Test
  void markdownTitlesStartDocumentsUnlessTheyAreCode() throws IOException {
    write("a.md", "# One\ntext\n## Part\n```sh\n# a comment\n```\n#hash\n# Two\nend");
    assertThat(texts("a.md", DocumentSplit.HEADING))
        .containsExactly("# One\ntext\n## Part\n```sh\n# a comment\n```\n#hash\n", "# Two\nend");
  }

  @Test
  void jsonlHasADocumentALine() throws IOException {
    write(
        "a.jsonl",
        "{\"text\": \"one\\ntwo\", \"id\": 1}\n\n{\"text\": \"  \"}\n{\"text\": \"\\ud83d\\ude00 \\ud83d\"}");
    assertThat(documents("a.jsonl", DocumentSplit.FILE))
        .containsExactly(
            new Document(folder.resolve("a.jsonl") + ":1", "one\ntwo"),
            new Document(folder.resolve("a.jsonl") + ":4", "\uD83D\uDE00 \uFFFD"));
  }

  @Test
  void directoryIsReadInOrderOfPathsWithoutHiddenFiles() throws IOException {
    write("b/2.txt", "two");
    write("b/1.txt", "one");
    write("a.txt", "zero");
    write(".hidden/x.txt", "no");
    write("b/.secret", "no");
    assertThat(texts("", DocumentSplit.FILE)).containsExactly("zero", "one", "two");
  }

  @Test
  void globTakesWhatItMatches() throws IOException {
    write("b/2.txt", "two");
    write("b/c/3.txt", "three");
    write("b/1.md", "one");
    assertThat(texts("b/*.txt", DocumentSplit.FILE)).containsExactly("two");
    assertThat(texts("b/*.{md,txt}", DocumentSplit.FILE)).containsExactly("one", "two");
    assertThat(texts("**.txt", DocumentSplit.FILE)).containsExactly("two", "three");
    assertThat(texts("?/*/3.txt", DocumentSplit.FILE)).containsExactly("three");
  }

  @Test
  void globsOfTheWorkingDirectoryAreRelative() throws IOException {
    assertThat(CorpusPaths.find("pom.x*", DataRoots.everywhere()))
        .containsExactly(Path.of("pom.xml"));
    assertThat(CorpusPaths.find("./pom.x*", DataRoots.everywhere()))
        .containsExactly(Path.of("./pom.xml"));
  }

  @Test
  void fileUrisAndNamesWithWildcardCharactersAreUnderstood() throws IOException {
    write("a [1].txt", "one");
    assertThat(texts("a [1].txt", DocumentSplit.FILE)).containsExactly("one");
    String uri = folder.resolve("a [1].txt").toUri().toString();
    assertThat(CorpusPaths.find(uri, DataRoots.everywhere()))
        .containsExactly(folder.resolve("a [1].txt"));
    assertThat(CorpusPaths.find("file:" + folder + "/a*{t,x}", DataRoots.everywhere()))
        .containsExactly(folder.resolve("a [1].txt"));
    assertThat(CorpusPaths.find("file://" + folder + "/a*{t,x}", DataRoots.everywhere()))
        .containsExactly(folder.resolve("a [1].txt"));
  }

  @Test
  void byteOrderMarkIsNoText() throws IOException {
    write("a.txt", "\uFEFFone");
    assertThat(texts("a.txt", DocumentSplit.FILE)).containsExactly("one");
  }

  @Test
  void linesLongerThanTheBufferStayWhole() throws IOException {
    String line = "é".repeat(100_000) + "\n" + "x".repeat(70_000);
    write("a.txt", line);
    assertThat(texts("a.txt", DocumentSplit.FILE)).containsExactly(line);
  }

  @Test
  void missingFileIsRefused() {
    assertBad(
        "absent.txt",
        "corpus %s/absent.txt: no such file or directory; expected a local file, directory or glob, or a file: URI");
  }

  @Test
  void globWithoutMatchIsRefused() {
    assertBad(
        "*.parquet",
        "corpus %s/*.parquet: no file matches; expected a local file, directory or glob, or a file: URI");
  }

  @Test
  void emptyDirectoryIsRefused() throws IOException {
    Files.createDirectory(folder.resolve("empty"));
    assertBad(
        "empty",
        "corpus %s/empty: holds no files; expected a local file, directory or glob, or a file: URI");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gs://bucket/text", "http://example.org/a.txt"})
  void addressesOfOtherKindsAreRefused(String uri) {
    assertThatThrownBy(() -> sources.find(uri))
        .isInstanceOf(BadInput.class)
        .hasMessage(
            "corpus %s: %s: addresses are not supported; expected a local file, directory or glob, a file: URI, s3://bucket/prefix, or https://host/file",
            uri, uri.substring(0, uri.indexOf(':')));
  }

  @Test
  void corpusWithoutTextIsRefused() throws IOException {
    write("a.txt", " \n\t\n");
    assertBad(
        "a.txt",
        "corpus %s/a.txt: no text in 1 file(s) of 4 bytes; expected at least one document that is not blank");
  }

  @Test
  void nulByteIsRefusedWithItsLineAndOffset() throws IOException {
    Files.write(folder.resolve("a.txt"), new byte[] {'a', '\n', 'b', 0, 'c'});
    assertBad(
        "a.txt",
        "%s/a.txt:2: not UTF-8 text: a NUL byte at byte 3 of the file; expected plain text or JSONL in UTF-8");
  }

  @Test
  void malformedUtf8IsRefusedWithItsLineAndOffset() throws IOException {
    // A legitimate U+FFFD earlier on the line is no error.
    byte[] good = "one\ntwo \uFFFD".getBytes(StandardCharsets.UTF_8);
    byte[] bytes = Arrays.copyOf(good, good.length + 2);
    bytes[good.length] = (byte) 0xC3;
    bytes[good.length + 1] = '(';
    Files.write(folder.resolve("a.txt"), bytes);
    assertBad(
        "a.txt",
        "%s/a.txt:2: not UTF-8 text: byte 0xc3 at byte 11 of the file; expected plain text or JSONL in UTF-8");
  }

  @Test
  void truncatedUtf8AtTheEndIsRefused() throws IOException {
    Files.write(folder.resolve("a.txt"), new byte[] {'a', (byte) 0xE2, (byte) 0x82});
    assertBad(
        "a.txt",
        "%s/a.txt:1: not UTF-8 text: byte 0xe2 at byte 1 of the file; expected plain text or JSONL in UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"text\": \"two\"", "{\"text\": 'x'}", "{\"text\": \"a\"} {}", "text"})
  void brokenJsonIsRefusedWithItsLine(String line) throws IOException {
    write("a.jsonl", "{\"text\": \"one\"}\n" + line + "\n");
    assertThatThrownBy(() -> texts("a.jsonl", DocumentSplit.FILE))
        .isInstanceOf(BadInput.class)
        .hasMessageMatching(
            ".*a\\.jsonl:2: broken JSON at column \\d+; expected one JSON object a line with its text as a string in \"text\"");
  }

  @Test
  void jsonThatBreaksOffIsSaidToBreakWhereItEnds() throws IOException {
    write("a.jsonl", "{\"text\":\n{\"text\": \"two\"}\n");
    assertThatThrownBy(() -> texts("a.jsonl", DocumentSplit.FILE))
        .hasMessageContaining("a.jsonl:1: broken JSON at column 9;");
  }

  @Test
  void jsonWithoutTheTextIsRefusedWithItsLine() throws IOException {
    write("a.json", "{\"text\": \"one\"}\n{\"goal\": \"two\", \"sol\": 1}\n");
    assertBad(
        "a.json",
        "%s/a.json:2: no field \"text\" among [goal, sol]; expected one JSON object a line with its text as a string in \"text\"");
    write("a.json", "{\"text\": [\"one\"]}\n");
    assertBad(
        "a.json",
        "%s/a.json:1: field \"text\" is of type array; expected one JSON object a line with its text as a string in \"text\"");
    write("a.json", "[1]\n");
    assertBad(
        "a.json",
        "%s/a.json:1: a JSON value that is no object; expected one JSON object a line with its text as a string in \"text\"");
  }

  @Test
  void documentTooLongForMemoryIsRefused() throws IOException {
    write("a.txt", "one\n\ntwo three\nfour\n");
    CorpusFile file = CorpusFile.of(new LocalFile(folder.resolve("a.txt")), n -> {});
    var byFile = new DocumentReader(DocumentSplit.FILE, "text", 12);
    assertThatThrownBy(() -> byFile.read(file, n -> {}, d -> {}))
        .isInstanceOf(BadInput.class)
        .hasMessage(
            "corpus %s/a.txt: a document of more than 12 characters does not fit in memory; expected split blank-line or heading, or smaller files",
            folder);
    var byBlankLine = new DocumentReader(DocumentSplit.BLANK_LINE, "text", 12);
    assertThatThrownBy(() -> byBlankLine.read(file, n -> {}, d -> {}))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("a.txt:3: a document of more than 12 characters");
  }

  @Test
  void fileThatChangesAfterItWasHashedIsRefused() throws IOException {
    write("a.txt", "one");
    TextCorpus corpus = corpus("a.txt", DocumentSplit.FILE);
    write("a.txt", "two");
    assertThatThrownBy(() -> corpus.forEach(n -> {}, d -> {}))
        .isInstanceOf(BadInput.class)
        .hasMessage(
            "corpus %s/a.txt: changed while it was read; expected files that stay as they are",
            folder);
  }

  @Test
  void unreadableFileIsRefused() throws IOException {
    write("a.txt", "one");
    Path file = folder.resolve("a.txt");
    Files.setPosixFilePermissions(file, Set.of());
    assumeFalse(Files.isReadable(file), "this user may read everything");
    assertBad(
        "a.txt", "corpus %s/a.txt: cannot be read (permission denied); expected readable files");
  }

  @Test
  void filesCanBeLookedForWithoutReadingThem() throws IOException {
    write("a.txt", "not\0text");
    sources.require(folder.toString());
    assertThatThrownBy(() -> sources.require(folder + "/b.txt"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("b.txt: no such file or directory");
    Path file = folder.resolve("a.txt");
    Files.setPosixFilePermissions(file, Set.of());
    assumeFalse(Files.isReadable(file), "this user may read everything");
    assertThatThrownBy(() -> sources.require(folder.toString()))
        .hasMessageContaining("a.txt: cannot be read (permission denied)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''    | corpus "": an empty name;
          [     | corpus [: not a glob (Missing '
          """)
  void aNameThatIsNoneIsRefused(String uri, String message) {
    assertThatThrownBy(() -> CorpusPaths.find(uri, DataRoots.everywhere()))
        .isInstanceOf(BadInput.class)
        .hasMessageStartingWith(message)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void fingerprintIsOfContentsNotOfNames() throws IOException {
    write("a/1.txt", "one");
    write("b/2.txt", "one");
    write("c/1.jsonl", "one");
    write("d/1.txt", "two");
    String a = corpus("a", DocumentSplit.FILE).fingerprint();
    assertThat(corpus("b", DocumentSplit.FILE).fingerprint()).isEqualTo(a);
    assertThat(corpus("c", DocumentSplit.FILE).fingerprint()).isNotEqualTo(a);
    assertThat(corpus("d", DocumentSplit.FILE).fingerprint()).isNotEqualTo(a);
  }

  /** WikiText has a space at both ends of a line. */
  private static String wikiText(String text) {
    return text.lines()
        .map(line -> line.isEmpty() ? " \n" : " " + line + " \n")
        .collect(Collectors.joining());
  }

  private void assertBad(String name, String message) {
    assertThatThrownBy(() -> texts(name, DocumentSplit.FILE))
        .isInstanceOf(BadInput.class)
        .hasMessage(message, folder);
  }

  private List<String> texts(String name, DocumentSplit split) throws IOException {
    return documents(name, split).stream().map(Document::text).toList();
  }

  private List<Document> documents(String name, DocumentSplit split) throws IOException {
    List<Document> documents = new ArrayList<>();
    corpus(name, split).forEach(n -> {}, documents::add);
    return documents;
  }

  private TextCorpus corpus(String name, DocumentSplit split) throws IOException {
    return TextCorpus.open(
        folder + (name.isEmpty() ? "" : "/") + name, sources, split, "text", n -> {});
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
