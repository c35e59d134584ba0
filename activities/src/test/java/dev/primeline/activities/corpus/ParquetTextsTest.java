package dev.primeline.activities.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blue.strategic.parquet.ParquetWriter;
import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.DocumentSplit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ParquetTextsTest {
  private static final MessageType SCHEMA =
      new MessageType(
          "web",
          Types.required(PrimitiveTypeName.INT64).named("id"),
          Types.optional(PrimitiveTypeName.BINARY)
              .as(LogicalTypeAnnotation.stringType())
              .named("text"));

  @TempDir Path folder;

  @Test
  void everyRowWithTextIsADocumentUnderAnyName() throws IOException {
    Path file = write("part-0", "one\ntwo", "", "zwölf \uD83D\uDE00", "one\ntwo");
    assertThat(documents(file))
        .containsExactly(
            new Document(file + ": row 0", "one\ntwo"),
            new Document(file + ": row 2", "zwölf \uD83D\uDE00"),
            new Document(file + ": row 3", "one\ntwo"));
  }

  @Test
  void manyPagesAndRowGroupsAreReadToTheirEnd() throws IOException {
    Random random = new Random(4);
    String[] texts = new String[4_000];
    Arrays.setAll(texts, i -> i + noise(random, 1_000));
    assertThat(documents(write("a.parquet", texts)))
        .extracting(Document::text)
        .containsExactly(texts);
  }

  @ParameterizedTest
  @EnumSource(names = {"UNCOMPRESSED", "SNAPPY", "ZSTD"})
  void theUsualCompressionsAreRead(CompressionCodecName codec) throws IOException {
    Path file = folder.resolve("a.parquet");
    try (var out =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withType(SCHEMA)
            .withCompressionCodec(codec)
            .build()) {
      for (int i = 0; i < 50; i++) {
        out.write(
            new SimpleGroupFactory(SCHEMA).newGroup().append("id", 1L).append("text", "" + i));
      }
    }
    assertThat(documents(file)).hasSize(50).last().extracting(Document::text).isEqualTo("49");
  }

  @Test
  void gzipPagesAreUnpackedToTheLengthThatTheyClaim() throws IOException {
    byte[] packed = PackedFilesTest.pack(Packing.GZIP, "text");
    var codecs = new PageCodecs("a.parquet", 100);
    var gzip = codecs.getDecompressor(CompressionCodecName.GZIP);
    ByteBuffer page = ByteBuffer.allocate(4);
    gzip.decompress(ByteBuffer.wrap(packed), packed.length, page, 4);
    assertThat(page.array()).asString(UTF_8).isEqualTo("text");
    assertThatThrownBy(() -> gzip.decompress(ByteBuffer.wrap(packed), packed.length, page, 5))
        .hasMessage("a page of 5 bytes that unpacks to 4");
    assertThatThrownBy(() -> gzip.decompress(ByteBuffer.wrap(packed), packed.length, page, 201))
        .isInstanceOf(BadInput.class)
        .hasMessage(
            "a.parquet: a page unpacks to 201 bytes, and at most 200 fit in memory; expected smaller documents, or a larger heap (-Xmx)");
    assertThatThrownBy(() -> codecs.getDecompressor(CompressionCodecName.BROTLI))
        .isInstanceOf(BadInput.class)
        .hasMessage(
            "a.parquet: its pages are compressed by BROTLI; expected snappy, gzip, zstd or none");
  }

  @Test
  void aWrongColumnIsNamed() throws IOException {
    Path file = write("a.parquet", "one");
    assertThatThrownBy(() -> read(file, "body"))
        .isInstanceOf(BadInput.class)
        .hasMessage(
            "%s: no column \"body\" among [id, text]; expected a Parquet file with its texts as strings in \"body\"",
            file);
    assertThatThrownBy(() -> read(file, "id"))
        .isInstanceOf(BadInput.class)
        .hasMessage(
            "%s: column \"id\" is of type int64; expected a Parquet file with its texts as strings in \"id\"",
            file);
  }

  @Test
  void aFileThatIsCutShortIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(write("whole.parquet", "one", "two"));
    for (int length : new int[] {whole.length - 1, whole.length / 2, 5}) {
      Path file = Files.write(folder.resolve("cut.parquet"), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> documents(file))
          .isInstanceOf(BadInput.class)
          .hasMessage(
              "%s: cut short: it ends without the footer of a Parquet file, after %d bytes; expected the whole file",
              file, length);
    }
  }

  @Test
  void aRowGroupThatDoesNotFitIsRefusedBeforeItIsRead() throws IOException {
    Path file = write("a.parquet", noise(new Random(1), 50_000));
    var reader = new DocumentReader(DocumentSplit.FILE, "text", 1_000);
    CorpusFile found = CorpusFile.of(new LocalFile(file), n -> {});
    assertThatThrownBy(() -> reader.read(found, n -> {}, document -> {}))
        .isInstanceOf(BadInput.class)
        .hasMessageMatching(
            ".*a\\.parquet: the row group at row 0 has \\d+ bytes in column \"text\", and at most 1000 fit in memory; expected smaller row groups, or a larger heap \\(-Xmx\\)");
  }

  @Test
  void aDocumentThatUnpacksToMoreThanOneMayHaveIsRefused() throws IOException {
    Path file = write("a.parquet", "one", "x".repeat(30_000));
    var reader = new DocumentReader(DocumentSplit.FILE, "text", 20_000);
    CorpusFile found = CorpusFile.of(new LocalFile(file), n -> {});
    assertThatThrownBy(() -> reader.read(found, n -> {}, document -> {}))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("a.parquet: the document in row 1 has 30000 bytes; expected at most");
  }

  @Test
  void aFileThatChangesAfterItWasHashedIsRefused() throws IOException {
    Path file = write("a.parquet", "one", "two");
    TextCorpus corpus = corpus(file, "text");
    write("a.parquet", "one", "owt");
    assertThatThrownBy(() -> corpus.forEach(n -> {}, document -> {}))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("a.parquet: changed while it was read");
  }

  private static String noise(Random random, int length) {
    var text = new StringBuilder();
    random.ints(length, 'a', 'z' + 1).forEach(c -> text.append((char) c));
    return text.toString();
  }

  /** An empty text is none. */
  private Path write(String name, String... texts) throws IOException {
    Path file = folder.resolve(name);
    try (ParquetWriter<String> out =
        ParquetWriter.writeFile(
            SCHEMA,
            file.toFile(),
            (text, values) -> {
              values.write("id", 7L);
              if (!text.isEmpty()) {
                values.write("text", text);
              }
            })) {
      for (String text : texts) {
        out.write(text);
      }
    }
    return file;
  }

  private List<Document> documents(Path file) throws IOException {
    return read(file, "text");
  }

  private static List<Document> read(Path file, String column) throws IOException {
    List<Document> documents = new ArrayList<>();
    corpus(file, column).forEach(n -> {}, documents::add);
    return documents;
  }

  private static TextCorpus corpus(Path file, String column) throws IOException {
    return TextCorpus.open(
        file.toString(), CorpusSources.everywhere(), DocumentSplit.FILE, column, n -> {});
  }
}
