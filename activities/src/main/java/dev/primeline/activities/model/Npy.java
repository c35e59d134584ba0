package dev.primeline.activities.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** NumPy's file format for one array, version 1.0. */
final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int ALIGNMENT = 64;

  private Npy() {}

  static byte[] of(float[] values, int... shape) {
    byte[] file = begin("<f4", Float.BYTES * values.length, shape);
    values(file, Float.BYTES * values.length).asFloatBuffer().put(values);
    return file;
  }

  static byte[] of(long[] values, int... shape) {
    byte[] file = begin("<i8", Long.BYTES * values.length, shape);
    values(file, Long.BYTES * values.length).asLongBuffer().put(values);
    return file;
  }

  /** A vector. */
  static byte[] of(double[] values) {
    byte[] file = begin("<f8", Double.BYTES * values.length, values.length);
    values(file, Double.BYTES * values.length).asDoubleBuffer().put(values);
    return file;
  }

  /** The header, padded so that the values are aligned, and room for them. */
  private static byte[] begin(String type, int bytes, int... shape) {
    String axes =
        Arrays.stream(shape)
            .mapToObj(axis -> axis + ",")
            .collect(Collectors.joining(" ", "(", ")"));
    String text = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(type, axes);
    int unpadded = MAGIC.length + Short.BYTES + text.length() + 1;
    int header = (unpadded + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    String padded = text + " ".repeat(header - unpadded) + "\n";
    byte[] file = new byte[header + bytes];
    ByteBuffer.wrap(file)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .putShort((short) padded.length())
        .put(padded.getBytes(StandardCharsets.US_ASCII));
    return file;
  }

  private static ByteBuffer values(byte[] file, int bytes) {
    return ByteBuffer.wrap(file, file.length - bytes, bytes).slice().order(ByteOrder.LITTLE_ENDIAN);
  }
}
