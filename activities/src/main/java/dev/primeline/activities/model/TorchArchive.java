package dev.primeline.activities.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs the text of a module and its settings as a TorchScript archive, the file that {@code
 * torch.jit.load} reads: a zip of uncompressed entries whose {@code data.pkl} names the class and
 * its attributes.
 */
final class TorchArchive {
  private static final byte[] EMPTY_TUPLE = {(byte) 0x80, 2, ')', '.'};

  private TorchArchive() {}

  /**
   * Packs a module.
   *
   * @param attributes ints or booleans, all that the class declares except {@code training}
   * @param extra files that the loader passes over
   */
  static byte[] of(
      String className, String text, Map<String, Object> attributes, Map<String, byte[]> extra) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "m/version", "10\n".getBytes(StandardCharsets.US_ASCII));
      store(zip, "m/code/__torch__.py", text.getBytes(StandardCharsets.UTF_8));
      store(zip, "m/constants.pkl", EMPTY_TUPLE);
      store(zip, "m/data.pkl", pickle(className, attributes));
      for (Map.Entry<String, byte[]> file : extra.entrySet()) {
        store(zip, "m/extra/" + file.getKey(), file.getValue());
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  /** Protocol 2: GLOBAL class, empty tuple, NEWOBJ, a dictionary of attributes, BUILD. */
  private static byte[] pickle(String className, Map<String, Object> attributes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x80, 2});
    out.writeBytes(("c__torch__\n" + className + "\n").getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(new byte[] {')', (byte) 0x81, '}', '('});
    item(out, "training", true);
    attributes.forEach((name, value) -> item(out, name, value));
    out.writeBytes(new byte[] {'u', 'b', '.'});
    return out.toByteArray();
  }

  private static void item(ByteArrayOutputStream out, String name, Object value) {
    byte[] key = name.getBytes(StandardCharsets.US_ASCII);
    out.write('X');
    out.writeBytes(littleEndian(key.length));
    out.writeBytes(key);
    if (value instanceof Boolean truth) {
      out.write(truth ? 0x88 : 0x89);
    } else if (value instanceof Integer number) {
      out.write('J');
      out.writeBytes(littleEndian(number));
    } else {
      throw new IllegalArgumentException(
          "attribute %s: %s, expected an int or a boolean".formatted(name, value));
    }
  }

  private static byte[] littleEndian(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
