package io.sluice.protocol.haip;

import io.netty.buffer.ByteBuf;
import io.sluice.model.Limits;
import io.sluice.protocol.json.JsonWriter;

/**
 * Owner: one event loop. The tools its conversations share: the scanner, the place a message is
 * copied to, the buffer one is written in. Between calls it holds nothing of any message but room.
 */
public final class HaipCodec {
  /** Room for messages that is kept; a longer one gets its own and leaves it. */
  static final int KEPT_BYTES = 16 << 10;

  private final HaipEnvelope envelope;
  private final JsonWriter writer = new JsonWriter();
  private final byte[] room = new byte[KEPT_BYTES];

  /** Tools that hold peers to these limits. */
  public HaipCodec(Limits.Json limits) {
    envelope = new HaipEnvelope(limits);
  }

  /** Reads a message; what is returned is good until the next is read, or it is released. */
  HaipEnvelope read(ByteBuf text) {
    int length = text.readableBytes();
    if (text.hasArray()) {
      int from = text.arrayOffset() + text.readerIndex();
      return read(text.array(), from, from + length);
    }
    byte[] bytes = length <= room.length ? room : new byte[length];
    text.getBytes(text.readerIndex(), bytes, 0, length);
    return read(bytes, 0, length);
  }

  HaipEnvelope read(byte[] bytes, int from, int to) {
    envelope.read(bytes, from, to);
    return envelope;
  }

  JsonWriter writer() {
    return writer;
  }
}
