package dev.primeline.activities.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.primeline.workflows.experiment.BadInput;
import dev.primeline.workflows.experiment.DocumentSplit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Seeded damage to Parquet files whose pages have checksums, as its writers give them. */
class DamagedParquetTest {
  private static final int ROUNDS = 200;
  private static final MessageType SCHEMA =
      new MessageType(
          "web",
          Types.required(PrimitiveTypeName.INT64).named("id"),
          Types.optional(PrimitiveTypeName.BINARY)
              .as(LogicalTypeAnnotation.stringType())
              .named("text"));

  @TempDir Path folder;

  /** A document may never be another one, nor be missing without a word. */
  @ParameterizedTest
  @EnumSource(names = {"UNCOMPRESSED", "SNAPPY", "ZSTD"})
  @Timeout(120)
  void whatADamagedFileGivesIsItsTextOrASentence(CompressionCodecName codec) throws IOException {
    Random random = new Random(20261130);
    Path whole = folder.resolve("whole.parquet");
    write(whole, codec, random);
    byte[] good = Files.readAllBytes(whole);
    List<String> expected = read(whole);
    assertThat(expected).hasSizeGreaterThan(200);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bad = good.clone();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        // What stands at both ends, and so tells the format, stays; half of it hits the footer.
        int from = random.nextBoolean() ? 4 : good.length - footer(good) - 8;
        int at = from + random.nextInt(good.length - 4 - from);
        bad[at] = (byte) (bad[at] ^ (1 << random.nextInt(8)));
      }
      Path file = Files.write(folder.resolve("bad.parquet"), bad);
      try {
        assertThat(read(file)).as("round %d", round).isEqualTo(expected);
      } catch (BadInput e) {
        assertThat(e).message().contains("bad.parquet", "expected").doesNotContain("\n");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(ROUNDS / 2);
  }

  /** Length of the footer, which stands before the last eight bytes. */
  private static int footer(byte[] file) {
    int length = 0;
    for (int i = 0; i < 4; i++) {
      length |= (file[file.length - 8 + i] & 0xff) << (8 * i);
    }
    return length;
  }

  /** Several row groups and pages, rows without a text, and texts that repeat. */
  private static void write(Path file, CompressionCodecName codec, Random random)
      throws IOException {
    try (var out =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withType(SCHEMA)
            .withCompressionCodec(codec)
            .withRowGroupSize(4_000L)
            .withPageSize(1_000)
            .build()) {
      var rows = new SimpleGroupFactory(SCHEMA);
      for (long i = 0; i < 300; i++) {
        Group row = rows.newGroup().append("id", i);
        switch (random.nextInt(8)) {
          case 0 -> {}
          case 1 -> row.append("text", "the same");
          default -> row.append("text", "zwölf %d %x".formatted(i, random.nextLong()));
        }
        out.write(row);
      }
    }
  }

  private static List<String> read(Path file) throws IOException {
    List<String> texts = new ArrayList<>();
    TextCorpus.open(
            file.toString(), CorpusSources.everywhere(), DocumentSplit.FILE, "text", n -> {})
        .forEach(n -> {}, document -> texts.add(document.text()));
    return texts;
  }
}
