package io.sluice.protocol.nexus;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.model.ChannelPattern;
import io.sluice.model.Draft;
import io.sluice.model.Event;
import io.sluice.model.Publication;
import io.sluice.model.Publication.Origin;
import io.sluice.protocol.json.JsonString;
import io.sluice.protocol.json.JsonWriter;
import org.jspecify.annotations.Nullable;

/**
 * The two ways of speaking Nexus, and what a publication looks like in each: the same bytes for
 * everybody who speaks it. Immutable, for any thread.
 *
 * <pre>{@code
 * {"type":"message","channel":"…","from":"…","data":…,"timestamp":"2026-01-31T08:05:09.007Z"}
 * {"type":"broadcast","channel":"…","data":…,"timestamp":"2026-01-31T08:05:09.007Z"}
 * {"type":"join","channel":"…","userId":"…","timestamp":"2026-01-31T08:05:09.007Z"}
 * {"type":"leave","channel":"…","userId":"…","timestamp":"2026-01-31T08:05:09.007Z"}
 * }</pre>
 *
 * Extended, {@code ,"offset":N} follows the timestamp of a message or broadcast, and if it comes
 * from a feed {@code ,"epoch":"…","feed":{"epoch":"…","offset":M},"pattern":"…"} behind that;
 * whatever comes later follows.
 */
public enum NexusGrammar {
  /** What the founding document shows, and nothing else. */
  SEED,
  /** The seed's and, behind it, ours. */
  EXTENDED;

  /** The subprotocol that settles the extended grammar from the start. */
  public static final String EXTENDED_SUBPROTOCOL = "sluice.1";

  /** The subprotocol that settles nothing. */
  public static final String SUBPROTOCOL = "nexus";

  private static final byte[] MESSAGE = ascii("{\"type\":\"message\",\"channel\":\"");
  private static final byte[] BROADCAST = ascii("{\"type\":\"broadcast\",\"channel\":\"");
  private static final byte[] JOIN = ascii("{\"type\":\"join\",\"channel\":\"");
  private static final byte[] LEAVE = ascii("{\"type\":\"leave\",\"channel\":\"");
  private static final byte[] USER = ascii("\",\"userId\":");
  private static final byte[] FROM = ascii("\",\"from\":");
  private static final byte[] DATA = ascii(",\"data\":");
  private static final byte[] TIMESTAMP = ascii(",\"timestamp\":\"");
  private static final byte[] OFFSET = ascii(",\"offset\":");
  private static final byte[] EPOCH = ascii(",\"epoch\":");
  private static final byte[] FEED = ascii(",\"feed\":{\"epoch\":");
  private static final byte[] PATTERN = ascii("},\"pattern\":\"");

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }

  /** The grammar a conversation begins with, by the subprotocol the handshake selected. */
  public static NexusGrammar of(@Nullable String subprotocol) {
    return EXTENDED_SUBPROTOCOL.equals(subprotocol) ? EXTENDED : SEED;
  }

  /**
   * Whether it has a word for this event. The seed's has none for a position, which is told to
   * whoever was spared publications without having asked for anything new.
   */
  boolean knows(Event event) {
    boolean ours =
        event instanceof Event.At || event instanceof Event.Held || event instanceof Event.Released;
    return this == EXTENDED || !ours;
  }

  /**
   * Writes an event as it is to be read by whoever is on no connection, such as a page's: any
   * thread.
   */
  public byte[] write(Event event) {
    return new NexusEvents().write(event, this);
  }

  /** An event as a peer of this grammar is told it, for whoever asks over no connection. */
  public byte[] print(Event event) {
    return new NexusEvents().write(event, this);
  }

  /** How many bytes a publication of a channel takes: the length of its message, and its cost. */
  public int size(Publication publication) {
    return size(publication, null);
  }

  /**
   * How many bytes a publication takes: the length of its message, and its cost.
   *
   * @param pattern for which it comes from a feed; null if it comes from its channel
   */
  public int size(Publication publication, @Nullable ChannelPattern pattern) {
    Draft draft = publication.draft();
    String from = from(draft);
    int size = type(draft).length + draft.channel().value().length();
    size += from == null ? 1 : fromName(draft).length + JsonString.size(from);
    size += hasData(draft) ? DATA.length + draft.payload().bytes().length : 0;
    size += TIMESTAMP.length + NexusTime.LENGTH + 1;
    if (hasOffset(draft)) {
      Origin origin = publication.origin();
      size += OFFSET.length + JsonWriter.numberSize(offset(publication, origin));
      size += origin == null || pattern == null ? 0 : feedSize(publication, origin, pattern);
    }
    return size + 1;
  }

  private static int feedSize(Publication publication, Origin origin, ChannelPattern pattern) {
    return EPOCH.length
        + JsonString.size(origin.channel().epoch())
        + FEED.length
        + JsonString.size(origin.feedEpoch())
        + OFFSET.length
        + JsonWriter.numberSize(publication.offset())
        + PATTERN.length
        + pattern.value().length()
        + 1;
  }

  /** Writes a publication of a channel, exactly {@link #size} bytes of it; where it ends. */
  public int write(Publication publication, byte[] into, int from) {
    return write(publication, null, into, from);
  }

  /**
   * Writes a publication, exactly {@link #size} bytes of it.
   *
   * @param pattern for which it comes from a feed; null if it comes from its channel
   * @return where it ends
   */
  public int write(
      Publication publication, @Nullable ChannelPattern pattern, byte[] into, int from) {
    Draft draft = publication.draft();
    int at = JsonWriter.ascii(draft.channel().value(), into, put(type(draft), into, from));
    at = writeFrom(draft, into, at);
    if (hasData(draft)) {
      at = put(draft.payload().bytes(), into, put(DATA, into, at));
    }
    at = NexusTime.write(publication.epochMillis(), into, put(TIMESTAMP, into, at));
    into[at++] = '"';
    if (hasOffset(draft)) {
      Origin origin = publication.origin();
      at = JsonWriter.number(offset(publication, origin), into, put(OFFSET, into, at));
      if (origin != null && pattern != null) {
        at = writeFeed(publication, origin, pattern, into, at);
      }
    }
    into[at++] = '}';
    return at;
  }

  private static int writeFeed(
      Publication publication, Origin origin, ChannelPattern pattern, byte[] into, int from) {
    int at = JsonString.encode(origin.channel().epoch(), into, put(EPOCH, into, from));
    at = JsonString.encode(origin.feedEpoch(), into, put(FEED, into, at));
    at = JsonWriter.number(publication.offset(), into, put(OFFSET, into, at));
    at = JsonWriter.ascii(pattern.value(), into, put(PATTERN, into, at));
    into[at] = '"';
    return at + 1;
  }

  /** Its number in its channel, wherever it comes from. */
  private static long offset(Publication publication, @Nullable Origin origin) {
    return origin == null ? publication.offset() : origin.channel().offset();
  }

  private static int writeFrom(Draft draft, byte[] into, int at) {
    String from = from(draft);
    if (from == null) {
      into[at] = '"';
      return at + 1;
    }
    return JsonString.encode(from, into, put(fromName(draft), into, at));
  }

  private static byte[] type(Draft draft) {
    return switch (draft.kind()) {
      case MESSAGE -> MESSAGE;
      case BROADCAST -> BROADCAST;
      case JOIN -> JOIN;
      case LEAVE -> LEAVE;
    };
  }

  private static byte[] fromName(Draft draft) {
    return hasData(draft) ? FROM : USER;
  }

  private static @Nullable String from(Draft draft) {
    return draft.kind() == Draft.Kind.BROADCAST ? null : draft.from();
  }

  /** Who comes and goes brings nothing, and is numbered for its watchers' server only. */
  private static boolean hasData(Draft draft) {
    return draft.kind() == Draft.Kind.MESSAGE || draft.kind() == Draft.Kind.BROADCAST;
  }

  private boolean hasOffset(Draft draft) {
    return this == EXTENDED && hasData(draft);
  }

  private static int put(byte[] bytes, byte[] into, int at) {
    System.arraycopy(bytes, 0, into, at, bytes.length);
    return at + bytes.length;
  }
}
