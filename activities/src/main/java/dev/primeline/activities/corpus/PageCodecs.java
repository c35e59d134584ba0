package dev.primeline.activities.corpus;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.primeline.workflows.experiment.BadInput;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/**
 * Unpacks the pages of a Parquet file. The library's own codecs are Hadoop's, and believe whatever
 * length a page claims to have.
 */
record PageCodecs(String name, long longest) implements CompressionCodecFactory {

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    return switch (codec) {
      case UNCOMPRESSED -> new Pages((packed, length) -> packed);
      case SNAPPY -> new Pages((packed, length) -> Snappy.uncompress(packed));
      case GZIP -> new Pages(PageCodecs::gunzip);
      case ZSTD -> new Pages(PageCodecs::unzstd);
      default ->
          throw new BadInput(
              "%s: its pages are compressed by %s; expected snappy, gzip, zstd or none"
                  .formatted(name, codec));
    };
  }

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    throw new UnsupportedOperationException("nothing is written");
  }

  @Override
  public void release() {}

  private static byte[] gunzip(byte[] packed, int length) throws IOException {
    try (InputStream in = new GzipCompressorInputStream(new ByteArrayInputStream(packed), true)) {
      return in.readNBytes(length);
    }
  }

  private static byte[] unzstd(byte[] packed, int length) throws IOException {
    try {
      return Zstd.decompress(packed, length);
    } catch (ZstdException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** One way to unpack. */
  @FunctionalInterface
  private interface Unpack {
    byte[] page(byte[] packed, int length) throws IOException;
  }

  private final class Pages implements BytesInputDecompressor {
    private final Unpack unpack;

    Pages(Unpack unpack) {
      this.unpack = unpack;
    }

    @Override
    public BytesInput decompress(BytesInput packed, int length) throws IOException {
      var bytes = new ByteArrayOutputStream((int) packed.size());
      packed.writeAllTo(bytes);
      return BytesInput.from(page(bytes.toByteArray(), length));
    }

    @Override
    public void decompress(ByteBuffer packed, int packedLength, ByteBuffer target, int length)
        throws IOException {
      byte[] bytes = new byte[packedLength];
      packed.get(bytes);
      target.put(page(bytes, length));
    }

    private byte[] page(byte[] packed, int length) throws IOException {
      if (length < 0 || length > 2 * longest) {
        throw new BadInput(
            "%s: a page unpacks to %d bytes, and at most %d fit in memory; expected smaller documents, or a larger heap (-Xmx)"
                .formatted(name, length, 2 * longest));
      }
      byte[] page = unpack.page(packed, length);
      if (page.length != length) {
        throw new IOException(
            "a page of %d bytes that unpacks to %d".formatted(length, page.length));
      }
      return page;
    }

    @Override
    public void release() {}
  }
}
