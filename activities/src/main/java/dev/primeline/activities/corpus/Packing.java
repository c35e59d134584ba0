package dev.primeline.activities.corpus;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** How a file is compressed, told by its first bytes. */
enum Packing {
  NONE("plain"),
  /** One or more members, as gzip, pigz and bgzip write them. */
  GZIP("gzip"),
  /** One or more frames, skippable ones among them, with windows of up to 128 MiB. */
  ZSTD("zstd");

  private final String title;

  Packing(String title) {
    this.title = title;
  }

  /** Judges the first bytes of a file. */
  static Packing of(byte[] head) {
    if (head.length >= 2 && head[0] == (byte) 0x1f && head[1] == (byte) 0x8b) {
      return GZIP;
    }
    if (head.length < 4) {
      return NONE;
    }
    int magic = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt();
    boolean zstd = magic == 0xFD2FB528 || (magic & 0xFFFFFFF0) == 0x184D2A50;
    return zstd ? ZSTD : NONE;
  }

  /** What the packed bytes hold; closing it closes them. */
  InputStream unpack(InputStream packed) throws IOException {
    return switch (this) {
      case NONE -> packed;
      // The JDK's own stream takes the end of a member for the end of the file when the network is
      // slow, and says nothing.
      case GZIP -> new GzipCompressorInputStream(packed, true);
      case ZSTD -> new ZstdInputStreamNoFinalizer(packed);
    };
  }

  /** Its name in messages. */
  String title() {
    return title;
  }
}
