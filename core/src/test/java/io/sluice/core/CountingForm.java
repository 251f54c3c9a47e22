package io.sluice.core;

import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.Draft;
import io.sluice.model.Form;
import io.sluice.model.Frame;
import io.sluice.model.Position;
import io.sluice.model.Publication;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A wire form that counts how often it encodes. Its frames can be read back by {@link
 * FakeSocket#items}. Any thread.
 */
public final class CountingForm implements Form {
  /** The bytes of framing, which cost nothing: kind and length. */
  static final int HEAD = 5;

  static final byte KIND = 0x0D;

  /** Stands in the tag of a frame that has what a feed adds. */
  private static final int OF_FEED = 0x40;

  private final int tag;
  private final @Nullable ChannelPattern pattern;

  /** Shared with every form that is derived from this one. */
  private final AtomicInteger encodes;

  /** A form that marks its frames with this number. */
  public CountingForm(int tag) {
    this(tag, null, new AtomicInteger());
  }

  private CountingForm(int tag, @Nullable ChannelPattern pattern, AtomicInteger encodes) {
    this.tag = tag;
    this.pattern = pattern;
    this.encodes = encodes;
  }

  @Override
  public Form under(ChannelPattern other) {
    return new CountingForm(tag, other, encodes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CountingForm form
        && encodes == form.encodes
        && Objects.equals(pattern, form.pattern);
  }

  @Override
  public int hashCode() {
    return Objects.hash(tag, pattern);
  }

  @Override
  public Frame encode(Publication publication) {
    encodes.incrementAndGet();
    byte[] channel = ascii(publication.draft().channel().value());
    byte[] payload = payload(publication.draft());
    byte[] fed = fed(publication.origin());
    boolean ofPresence = publication.draft().kind().compareTo(Draft.Kind.JOIN) >= 0;
    int body = 1 + Long.BYTES + 1 + channel.length + fed.length + payload.length;
    ByteBuffer out = ByteBuffer.allocate(HEAD + body);
    out.put(KIND).putInt(body);
    int mark = fed.length > 0 ? tag | OF_FEED : tag;
    out.put((byte) (ofPresence ? -mark : mark)).putLong(publication.offset());
    out.put((byte) channel.length).put(channel).put(fed).put(payload);
    return new Frame(out.array(), body);
  }

  /** What a feed adds: pattern, the place in the channel, the feed's epoch. */
  private byte[] fed(Publication.@Nullable Origin origin) {
    if ((origin == null) != (pattern == null)) {
      throw new AssertionError(origin + " under " + pattern);
    }
    if (origin == null) {
      return new byte[0];
    }
    Position place = origin.channel();
    String text =
        pattern.value() + " " + place.epoch() + " " + place.offset() + " " + origin.feedEpoch();
    return ascii((char) text.length() + text);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
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
    String channel = text(body);
    FakeSocket.Fed fed = tag > 0 && (tag & OF_FEED) != 0 ? fed(text(body)) : null;
    byte[] payload = new byte[body.remaining()];
    body.get(payload);
    return new FakeSocket.Data(
        tag > 0 ? tag & ~OF_FEED : tag, new ChannelName(channel), offset, payload, size, fed);
  }

  private static String text(ByteBuffer body) {
    byte[] text = new byte[body.get() & 0xFF];
    body.get(text);
    return new String(text, StandardCharsets.US_ASCII);
  }

  private static FakeSocket.Fed fed(String text) {
    String[] parts = text.split(" ");
    return new FakeSocket.Fed(
        new ChannelPattern(parts[0]), new Position(parts[1], Long.parseLong(parts[2])), parts[3]);
  }

  /** How often it has encoded. */
  public int encodes() {
    return encodes.get();
  }
}
