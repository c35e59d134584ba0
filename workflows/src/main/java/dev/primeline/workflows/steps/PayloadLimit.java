package dev.primeline.workflows.steps;

import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.CodecDataConverter;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.payload.codec.PayloadCodec;
import java.util.List;

/**
 * Keeps contents out of histories: what is larger than a reference can be is refused where it is
 * sent, in one sentence, before a server refuses it or a history grows by it.
 */
public final class PayloadLimit implements PayloadCodec {

  /** The size at which servers warn; at eight times as much they refuse. */
  public static final int MOST_BYTES = 256 * 1024;

  private PayloadLimit() {}

  /** Temporal's own form of arguments and results, of at most so many bytes. */
  public static DataConverter dataConverter() {
    return new CodecDataConverter(
        DefaultDataConverter.newDefaultInstance(), List.of(new PayloadLimit()));
  }

  @Override
  public List<Payload> encode(List<Payload> payloads) {
    for (Payload payload : payloads) {
      int bytes = payload.getSerializedSize();
      if (bytes > MOST_BYTES) {
        throw FailureKind.BAD_INPUT.because(
            "an argument or result of %,d bytes, expected at most %,d in a history"
                .formatted(bytes, MOST_BYTES));
      }
    }
    return payloads;
  }

  @Override
  public List<Payload> decode(List<Payload> payloads) {
    return payloads;
  }
}
