package dev.primeline.activities.weights;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * The kinds of numbers that tensors are stored as. Weights are exact in float32; a whole number
 * that float32 does not hold is read as NaN.
 */
public enum ElementType {
  /** IEEE 754 single. */
  F32(Float.BYTES, "FloatStorage"),
  /** IEEE 754 half. */
  F16(Short.BYTES, "HalfStorage"),
  /** The upper half of a single. */
  BF16(Short.BYTES, "BFloat16Storage"),
  /** Signed, of 32 bits. */
  I32(Integer.BYTES, "IntStorage"),
  /** Signed, of 64 bits. */
  I64(Long.BYTES, "LongStorage");

  private final int bytes;
  private final String torchStorage;

  ElementType(int bytes, String torchStorage) {
    this.bytes = bytes;
    this.torchStorage = torchStorage;
  }

  /** Bytes of one number. */
  int bytes() {
    return bytes;
  }

  /** Whether these are whole numbers, such as indices, and no weights. */
  public boolean whole() {
    return this == I32 || this == I64;
  }

  /** By safetensors' name for it. */
  static Optional<ElementType> ofSafetensors(String dtype) {
    return Arrays.stream(values()).filter(type -> type.name().equals(dtype)).findFirst();
  }

  /** By the name of the class that PyTorch keeps such numbers in. */
  static Optional<ElementType> ofTorchStorage(String name) {
    return Arrays.stream(values()).filter(type -> type.torchStorage.equals(name)).findFirst();
  }

  /** Takes {@code count} numbers from the buffer, which is little-endian. */
  void read(ByteBuffer from, float[] to, int at, int count) {
    switch (this) {
      case F32 -> from.asFloatBuffer().get(to, at, count);
      case F16 -> {
        for (int i = 0; i < count; i++) {
          to[at + i] = half(from.getShort(from.position() + Short.BYTES * i));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          int upper = from.getShort(from.position() + Short.BYTES * i);
          to[at + i] = Float.intBitsToFloat(upper << 16);
        }
      }
      case I32 -> {
        for (int i = 0; i < count; i++) {
          to[at + i] = exact(from.getInt(from.position() + Integer.BYTES * i));
        }
      }
      case I64 -> {
        for (int i = 0; i < count; i++) {
          to[at + i] = exact(from.getLong(from.position() + Long.BYTES * i));
        }
      }
    }
  }

  private static float exact(long whole) {
    boolean held = whole == (long) (float) whole && whole != Long.MAX_VALUE;
    return held ? whole : Float.NaN;
  }

  /** The value of a half: sign, 5 bits of exponent with bias 15, 10 bits of fraction. */
  private static float half(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0) {
      float tiny = fraction * 0x1p-24f;
      return sign == 0 ? tiny : -tiny;
    }
    int wide = exponent == 0x1f ? 0xff : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
  }
}
