package io.sluice.core;

import io.sluice.model.ChannelName;
import io.sluice.model.Draft;
import io.sluice.model.Form;
import io.sluice.model.Frame;
import io.sluice.model.Publication;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A wire form that counts how often it encodes. Its frames can be read back by {@link
 * FakeSocket#items}. Any thread.
 */
public final class CountingForm implements Form {
  /** The bytes of framing, which cost nothing: kind and length. */
  static final int HEAD = 5;

  static final byte KIND = 0x0D;

  private final int tag;
  private final AtomicInteger encodes = new AtomicInteger();

  /** A form that marks its frames with this number. */
  public CountingForm(int tag) {
    this.tag = tag;
  }

  @Override
  public Frame encode(Publication publication) {
    encodes.incrementAndGet();
    byte[] channel = publication.draft().channel().value().getBytes(StandardCharsets.US_ASCII);
    byte[] payload = payload(publication.draft());
    boolean ofPresence = publication.draft().kind().compareTo(Draft.Kind.JOIN) >= 0;
    int body = 1 + Long.BYTES + 1 + channel.length + payload.length;
    ByteBuffer out = ByteBuffer.allocate(HEAD + body);
    out.put(KIND).putInt(body);
    out.put((byte) (ofPresence ? -tag : tag)).putLong(publication.offset());
    out.put((byte) channel.length).put(channel).put(payload);
    return new Frame(out.array(), body);
  }

  /** Who comes or goes, with its sign; such a frame's tag is negative. */
  private static byte[] payload(Draft draft) {
    return switch (draft.kind()) {
      case MESSAGE, BROADCAST -> draft.payload().bytes();
      case JOIN -> ("+" + draft.from()).getBytes(StandardCharsets.UTF_8);
      case LEAVE -> ("-" + draft.from()).getBytes(StandardCharsets.UTF_8);
    };
  }

  /** Reads a whole frame back. */
  static FakeSocket.Data decode(byte[] frame) {
    return decode(ByteBuffer.wrap(frame, HEAD, frame.length - HEAD));
  }

  /** Reads the body of a frame back. */
  static FakeSocket.Data decode(ByteBuffer body) {
    int size = body.remaining();
    int tag = body.get();
    long offset = body.getLong();
    byte[] channel = new byte[body.get() & 0xFF];
    body.get(channel);
    byte[] payload = new byte[body.remaining()];
    body.get(payload);
    return new FakeSocket.Data(
        tag,
        new ChannelName(new String(channel, StandardCharsets.US_ASCII)),
        offset,
        payload,
        size);
  }

  /** How often it has encoded. */
  public int encodes() {
    return encodes.get();
  }
}
