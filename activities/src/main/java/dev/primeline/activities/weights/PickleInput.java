package dev.primeline.activities.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The bytes of a {@link Pickle}; a length is believed only when so many bytes follow. */
final class PickleInput {

  private final ByteBuffer in;
  private int opcodeAt;

  PickleInput(byte[] bytes) {
    in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The next opcode; refusals name its place. */
  int opcode() throws Pickle.Refused {
    opcodeAt = in.position();
    return unsignedByte();
  }

  /** The input, when it has so many bytes more. */
  ByteBuffer need(long bytes) throws Pickle.Refused {
    if (in.remaining() < bytes) {
      throw refused(
          "%d bytes at the end of it".formatted(in.remaining()), "%d more".formatted(bytes));
    }
    return in;
  }

  int unsignedByte() throws Pickle.Refused {
    return Byte.toUnsignedInt(need(1).get());
  }

  String text(long length) throws Pickle.Refused {
    ByteBuffer rest = need(length);
    byte[] bytes = new byte[(int) length];
    rest.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Up to the next line feed, which is passed over. */
  String line() throws Pickle.Refused {
    int from = in.position();
    while (unsignedByte() != '\n') {
      // on to the line's end
    }
    int length = in.position() - 1 - from;
    return new String(in.array(), from, length, StandardCharsets.UTF_8);
  }

  /** Two's complement, little-endian, as long as its first byte says. */
  long longInteger() throws Pickle.Refused {
    int length = unsignedByte();
    if (length > Long.BYTES) {
      throw refused("an integer of %d bytes".formatted(length), "at most 8");
    }
    long value = 0;
    for (int i = 0; i < length; i++) {
      value |= (long) unsignedByte() << (8 * i);
    }
    int unused = Long.SIZE - 8 * length;
    return length == 0 ? 0 : value << unused >> unused;
  }

  Pickle.Refused refused(String what, String expected) {
    return new Pickle.Refused("%s at byte %d, expected %s".formatted(what, opcodeAt, expected));
  }
}
