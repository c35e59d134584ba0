package dev.primeline.activities.corpus;

import dev.primeline.workflows.experiment.BadInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.DummyRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * Reads one column of a Parquet file, a document a row; of the other columns nothing is fetched.
 * Memory holds the column's compressed bytes of one row group and one page of it. Rows without a
 * value and blank ones are skipped.
 */
final class ParquetTexts {
  /** At both ends of every file. */
  static final byte[] MAGIC = {'P', 'A', 'R', '1'};

  private final CorpusFile file;
  private final String column;
  private final long longest;
  private final Drops drops;

  /**
   * @param longest bytes that a document may have, and a row group in this column
   * @param drops told of rows at fault
   */
  ParquetTexts(CorpusFile file, String column, long longest, Drops drops) {
    this.drops = drops;
    this.file = file;
    this.column = column;
    this.longest = longest;
  }

  void read(LongConsumer bytesRead, DocumentSink documents) throws IOException {
    try (var source = new SeekableSource(file, bytesRead)) {
      requireEnd(source);
      try (ParquetFileReader reader = open(source)) {
        readGroups(reader, source, documents);
      }
    } catch (BadInput e) {
      requireUnchanged(bytesRead);
      throw e;
    }
    requireUnchanged(bytesRead);
  }

  /** Pages were read here and there: whether it is the same file still, only all of it tells. */
  private void requireUnchanged(LongConsumer bytesRead) throws IOException {
    if (file.source() instanceof LocalFile) {
      try (var again = new SourceBytes(file, file.source().open(0), bytesRead)) {
        again.drain();
      }
    }
  }

  private void requireEnd(SeekableSource source) throws IOException {
    byte[] end = new byte[0];
    if (file.bytes() >= 3L * MAGIC.length) {
      source.seek(file.bytes() - MAGIC.length);
      end = source.readNBytes(MAGIC.length);
    }
    if (!Arrays.equals(end, MAGIC)) {
      throw new BadInput(
          "%s: cut short: it ends without the footer of a Parquet file, after %d bytes; expected the whole file"
              .formatted(file.name(), file.bytes()));
    }
  }

  private void readGroups(ParquetFileReader reader, SeekableSource source, DocumentSink documents)
      throws IOException {
    MessageType schema = text(reader.getFileMetaData().getSchema());
    reader.setRequestedSchema(schema);
    ColumnDescriptor descriptor = schema.getColumns().get(0);
    long row = 0;
    for (BlockMetaData group : reader.getRowGroups()) {
      requireRoom(group, descriptor, row);
      ColumnReader values = null;
      for (long i = 0; i < group.getRowCount(); i++, row++) {
        byte[] value;
        try {
          values = values == null ? next(reader, schema, descriptor) : values;
          boolean there = values.getCurrentDefinitionLevel() == descriptor.getMaxDefinitionLevel();
          value = there ? values.getBinary().getBytes() : new byte[0];
          values.consume();
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
          // A damaged page can claim any length: memory is asked for at once, and so not lost.
          throw judged(source, "at row %d".formatted(row), e);
        }
        emit(value, row, documents);
      }
    }
  }

  private static ColumnReader next(
      ParquetFileReader reader, MessageType schema, ColumnDescriptor descriptor)
      throws IOException {
    PageReadStore pages = reader.readNextRowGroup();
    return new ColumnReadStoreImpl(
            pages,
            new DummyRecordConverter(schema).getRootConverter(),
            schema,
            reader.getFileMetaData().getCreatedBy())
        .getColumnReader(descriptor);
  }

  private ParquetFileReader open(SeekableSource source) throws IOException {
    try {
      return ParquetFileReader.open(
          new Input(file.bytes(), source),
          ParquetReadOptions.builder()
              .withCodecFactory(new PageCodecs(file.name(), longest))
              .usePageChecksumVerification()
              .build());
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      throw judged(source, "in its footer", e);
    }
  }

  /** The schema of the wanted column alone. */
  private MessageType text(MessageType schema) {
    List<String> names = schema.getFields().stream().map(Type::getName).toList();
    if (!names.contains(column)) {
      throw bad("no column \"%s\" among %s".formatted(column, names));
    }
    Type type = schema.getType(column);
    boolean text =
        type.isPrimitive()
            && !type.isRepetition(Type.Repetition.REPEATED)
            && type.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
    if (!text) {
      String kind =
          type.isPrimitive()
              ? type.asPrimitiveType().getPrimitiveTypeName().name().toLowerCase(Locale.ROOT)
              : "group";
      throw bad("column \"%s\" is of type %s".formatted(column, kind));
    }
    return new MessageType(schema.getName(), type);
  }

  private void requireRoom(BlockMetaData group, ColumnDescriptor descriptor, long row) {
    for (ColumnChunkMetaData chunk : group.getColumns()) {
      if (chunk.getPath().toDotString().equals(String.join(".", descriptor.getPath()))
          && chunk.getTotalSize() > longest) {
        throw new BadInput(
            "%s: the row group at row %d has %d bytes in column \"%s\", and at most %d fit in memory; expected smaller row groups, or a larger heap (-Xmx)"
                .formatted(file.name(), row, chunk.getTotalSize(), column, longest));
      }
    }
  }

  private void emit(byte[] value, long row, DocumentSink documents) throws IOException {
    if (value.length > longest) {
      drops.fault(
          DropReason.TOO_LONG,
          new BadInput(
              "%s: the document in row %d has %d bytes; expected at most %d, or a larger heap (-Xmx)"
                  .formatted(file.name(), row, value.length, longest)));
      return;
    }
    CharBuffer text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
    } catch (CharacterCodingException e) {
      drops.fault(DropReason.INVALID_UTF8, bad("row %d is not UTF-8 text".formatted(row)));
      return;
    }
    String content = text.toString();
    if (content.isBlank()) {
      drops.count(DropReason.BLANK);
      return;
    }
    documents.accept(new Document("%s: row %d".formatted(file.name(), row), content));
  }

  /** Whose fault it is: that of the line, of what was named, or of the file. */
  private IOException judged(SeekableSource source, String where, Throwable e) {
    Exception reading = source.failure();
    if (reading instanceof IOException broken) {
      return broken;
    }
    if (reading instanceof RuntimeException other) {
      throw other;
    }
    if (e instanceof BadInput said) {
      throw said;
    }
    throw new BadInput(
        "%s: damaged Parquet data %s (%s); expected a file that other readers read"
            .formatted(file.name(), where, String.valueOf(e.getMessage()).replaceAll("\\s+", " ")));
  }

  private BadInput bad(String problem) {
    return new BadInput(
        "%s: %s; expected a Parquet file with its texts as strings in \"%s\""
            .formatted(file.name(), problem, column));
  }

  /** What the library reads from. */
  private record Input(long bytes, SeekableSource source) implements InputFile {

    @Override
    public long getLength() {
      return bytes;
    }

    @Override
    public SeekableInputStream newStream() {
      return new DelegatingSeekableInputStream(source) {
        @Override
        public long getPos() {
          return source.position();
        }

        @Override
        public void seek(long to) throws IOException {
          if (to < 0 || to > bytes) {
            throw new IOException("byte %d of %d is asked for".formatted(to, bytes));
          }
          source.seek(to);
        }
      };
    }
  }
}
