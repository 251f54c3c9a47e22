package io.sluice.core;

import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;
import io.sluice.model.Position;
import io.sluice.model.StampedForm.Tail;
import io.sluice.model.Subject;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A socket in memory, both ends of it: the outlet writes what there is room for, the test reads and
 * thereby makes room. Owned by its test.
 */
public final class FakeSocket {
  private static final byte SAID = 0x0E;
  private static final byte HEARTBEAT = 0x0B;
  private static final byte CLOSED = 0x0C;
  private static final byte STAMPED = 0x0F;

  /** What the peer finds in the stream. */
  public sealed interface Item {}

  /**
   * A publication.
   *
   * @param offset its number in the log it was read from: the channel's, or the feed's
   * @param cost what a client counts against its credit
   * @param fed what a feed added; null if it came from its channel
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Data(
      int tag, ChannelName channel, long offset, byte[] payload, int cost, @Nullable Fed fed)
      implements Item {
    public String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }

    /** What it was subscribed to. */
    Subject subject() {
      return fed == null ? channel : fed.pattern();
    }
  }

  /**
   * What a publication that comes from a feed says beside.
   *
   * @param origin its place in its channel
   * @param epoch the feed's
   */
  record Fed(ChannelPattern pattern, Position origin, String epoch) {}

  /** A publication of a stamped form, and the number in its head. */
  record Stamped(long seq, Data data) implements Item {}

  /** An event. */
  public record Said(Event event) implements Item {}

  /** A sign of life was asked for. */
  public record Heartbeat() implements Item {}

  /** The close. */
  public record Closed(CloseReason reason) implements Item {}

  private final int slot;
  private final List<Event> events = new ArrayList<>();
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private byte[] owed = {};
  private long room = Long.MAX_VALUE;
  private boolean fellShort;
  private boolean cut;
  private int decoded;
  private int closes;
  private long stamps;

  /** Heads of which it is not known whether they were sent. */
  private int unsettled;

  FakeSocket(int slot) {
    this.slot = slot;
  }

  public int slot() {
    return slot;
  }

  // The protocol's head, for stamped forms: a number

  /** What a stamped frame costs. */
  int stampedCost(Tail tail) {
    return framed(tail).cost();
  }

  /** The frame behind its number. */
  byte[] stamp(Tail behind) {
    byte[] tail = framed(behind).frame().bytes();
    unsettled++;
    ByteBuffer out = ByteBuffer.allocate(CountingForm.HEAD + Long.BYTES + tail.length);
    return out.put(STAMPED).putInt(Long.BYTES + tail.length).putLong(++stamps).put(tail).array();
  }

  private static StampedTestForm.Framed framed(Tail tail) {
    if (tail instanceof StampedTestForm.Framed framed) {
      return framed;
    }
    throw new AssertionError(tail);
  }

  void stamped(int sent) {
    if (sent > unsettled) {
      throw new AssertionError(sent + " of " + unsettled + " heads");
    }
    stamps -= unsettled - sent;
    unsettled = 0;
  }

  /** The numbers go on where those of another socket ended. */
  void goOnFrom(FakeSocket before) {
    stamps = before.stamps;
  }

  // The outlet's end

  boolean isReady() {
    return !cut && closes == 0 && told.size() == 0 && owed.length == 0;
  }

  boolean isClosed() {
    return closes > 0;
  }

  void tell(Event event) {
    if (unsettled > 0) {
      throw new AssertionError("slot " + slot + ": told between a head and its settling");
    }
    ByteBuffer out = ByteBuffer.allocate(CountingForm.HEAD + Integer.BYTES);
    out.put(SAID).putInt(Integer.BYTES).putInt(events.size());
    events.add(event);
    told.writeBytes(out.array());
  }

  void heartbeat() {
    told.writeBytes(ByteBuffer.allocate(CountingForm.HEAD).put(HEARTBEAT).putInt(0).array());
  }

  void close(CloseReason reason) {
    closes++;
    ByteBuffer out = ByteBuffer.allocate(CountingForm.HEAD + Integer.BYTES);
    out.put(CLOSED).putInt(Integer.BYTES).putInt(reason.ordinal());
    told.writeBytes(out.array());
    flush();
  }

  void flush() {
    byte[] bytes = told.toByteArray();
    told.reset();
    if (owed.length > 0) {
      owe(bytes, 0, bytes.length);
    } else {
      int taken = take(bytes, 0, bytes.length);
      owe(bytes, taken, bytes.length);
    }
  }

  /** Takes what there is room for. */
  int take(byte[] bytes, int from, int until) {
    if (cut) {
      return until - from;
    }
    int taken = (int) Math.min(room, until - from);
    received.write(bytes, from, taken);
    if (room != Long.MAX_VALUE) {
      room -= taken;
    }
    return taken;
  }

  void owe(byte[] bytes, int from, int until) {
    if (from == until || cut) {
      return;
    }
    byte[] more = new byte[owed.length + until - from];
    System.arraycopy(owed, 0, more, 0, owed.length);
    System.arraycopy(bytes, from, more, owed.length, until - from);
    owed = more;
    fellShort = true;
  }

  // The peer's end

  /** From now on only so many bytes more are taken. */
  public void stallAfter(long bytes) {
    room = bytes;
  }

  /**
   * Reads, and thereby makes room.
   *
   * @return whether the socket became ready again, which its lane must be told
   */
  boolean makeRoom(long bytes) {
    room = bytes > Long.MAX_VALUE - room ? Long.MAX_VALUE : room + bytes;
    int taken = take(owed, 0, owed.length);
    byte[] rest = new byte[owed.length - taken];
    System.arraycopy(owed, taken, rest, 0, rest.length);
    owed = rest;
    boolean readyAgain = fellShort && owed.length == 0;
    fellShort &= !readyAgain;
    return readyAgain && !cut && closes == 0;
  }

  /** What lies on the way arrives, and nobody is told that there is room. */
  List<Item> rest() {
    flush();
    boolean _ = makeRoom(Long.MAX_VALUE);
    room = 0;
    return items();
  }

  /** The line breaks: nothing more arrives. */
  public void cut() {
    cut = true;
    owed = new byte[0];
    told.reset();
  }

  /** Bytes that the socket has not taken. */
  public int owed() {
    return owed.length;
  }

  /** Everything that has arrived whole since the last call. */
  public List<Item> items() {
    byte[] bytes = received.toByteArray();
    List<Item> items = new ArrayList<>();
    while (bytes.length - decoded >= CountingForm.HEAD) {
      ByteBuffer in = ByteBuffer.wrap(bytes, decoded, bytes.length - decoded);
      byte kind = in.get();
      int size = in.getInt();
      if (in.remaining() < size) {
        break;
      }
      items.add(item(kind, in.slice(in.position(), size)));
      decoded += CountingForm.HEAD + size;
    }
    received.reset();
    received.write(bytes, decoded, bytes.length - decoded);
    decoded = 0;
    return items;
  }

  /** A publication as it was handed over; of a stamped form, what it cost with its head. */
  static Data published(byte[] frame) {
    if (frame[0] != STAMPED) {
      return CountingForm.decode(frame);
    }
    Data data =
        stamped(ByteBuffer.wrap(frame, CountingForm.HEAD, frame.length - CountingForm.HEAD)).data();
    return new Data(
        data.tag(), data.channel(), data.offset(), data.payload(), data.cost() + 1, data.fed());
  }

  private static Stamped stamped(ByteBuffer body) {
    long seq = body.getLong();
    byte[] tail = new byte[body.remaining()];
    body.get(tail);
    return new Stamped(seq, CountingForm.decode(tail));
  }

  private Item item(byte kind, ByteBuffer body) {
    return switch (kind) {
      case CountingForm.KIND -> CountingForm.decode(body);
      case STAMPED -> stamped(body);
      case SAID -> new Said(events.get(body.getInt()));
      case HEARTBEAT -> new Heartbeat();
      case CLOSED -> new Closed(CloseReason.values()[body.getInt()]);
      default -> throw new AssertionError("slot " + slot + ": a torn stream, byte " + kind);
    };
  }
}
