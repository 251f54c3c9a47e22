package io.sluice.protocol.haip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Every type of message, of all three generations. */
public enum HaipEvent {
  HAI(Kind.CONTROL),
  PING(Kind.CONTROL),
  PONG(Kind.CONTROL),
  ERROR(Kind.CONTROL),
  FLOW_UPDATE(Kind.CONTROL),
  PAUSE_CHANNEL(Kind.CONTROL),
  RESUME_CHANNEL(Kind.CONTROL),
  REPLAY_REQUEST(Kind.CONTROL),
  RUN_STARTED(Kind.DATA),
  RUN_FINISHED(Kind.DATA),
  RUN_CANCEL(Kind.URGENT),
  RUN_ERROR(Kind.URGENT),
  MESSAGE_START(Kind.DATA),
  MESSAGE_PART(Kind.DATA),
  MESSAGE_END(Kind.DATA),
  AUDIO_CHUNK(Kind.MEDIA),
  TOOL_CALL(Kind.DATA),
  TOOL_UPDATE(Kind.DATA),
  TOOL_DONE(Kind.DATA),
  TOOL_CANCEL(Kind.URGENT),
  TOOL_LIST(Kind.DATA),
  TOOL_SCHEMA(Kind.DATA),
  FILE_START(Kind.DATA),
  FILE_CHUNK(Kind.MEDIA),
  FILE_END(Kind.DATA),
  VIDEO_FRAME(Kind.MEDIA),
  TRANSACTION_START(Kind.DATA),
  TRANSACTION_END(Kind.URGENT),
  TRANSACTION_JOIN(Kind.DATA),
  MESSAGE(Kind.DATA),
  MESSAGE_UPDATE(Kind.DATA),
  AUDIO(Kind.MEDIA),
  INFO(Kind.DATA);

  private enum Kind {
    /** Between the two ends of a line; never published. */
    CONTROL,
    DATA,
    /** Published, but neither credit nor pause holds it up. */
    URGENT,
    /** Its size is that of what it carries. */
    MEDIA
  }

  private static final String LEGACY = "TEXT_";
  private static final HaipEvent[] ALL = values();

  /** Names by their length, so that few are compared. */
  private static final HaipEvent[][] BY_LENGTH = byLength();

  private final Kind kind;

  HaipEvent(Kind kind) {
    this.kind = kind;
  }

  private static HaipEvent[][] byLength() {
    HaipEvent[][] table = new HaipEvent[20][0];
    for (HaipEvent event : ALL) {
      int length = event.name().length();
      table[length] = Arrays.copyOf(table[length], table[length].length + 1);
      table[length][table[length].length - 1] = event;
    }
    return table;
  }

  /** Whether it is published on the session's channel; all others stay between the two ends. */
  public boolean isData() {
    return kind != Kind.CONTROL;
  }

  /** Whether neither credit nor pause holds it up. */
  public boolean isExempt() {
    return kind == Kind.CONTROL || kind == Kind.URGENT;
  }

  /** Whether its size in the official grammar is that of what it carries. */
  boolean isMedia() {
    return kind == Kind.MEDIA;
  }

  /** Whether it is handled at once, even if something before it is missing. */
  boolean isOutOfOrder() {
    return switch (this) {
      case PING, PONG, ERROR, REPLAY_REQUEST -> true;
      default -> false;
    };
  }

  /** The name on the wire. */
  public String wireName() {
    return name();
  }

  /** What the first generation called it; the same name if it has no other. */
  public String legacyName() {
    return hasLegacyName() ? LEGACY + name() : name();
  }

  boolean hasLegacyName() {
    return this == MESSAGE_START || this == MESSAGE_PART || this == MESSAGE_END;
  }

  /** Its place in a set of events. */
  @SuppressWarnings("EnumOrdinal")
  long bit() {
    return 1L << ordinal();
  }

  /** The type of that name, old or new; null if there is none. */
  public static @Nullable HaipEvent of(String name) {
    byte[] bytes = name.getBytes(ISO_8859_1);
    return of(bytes, 0, bytes.length);
  }

  /** The type whose name stands there without escapes, old or new; null if there is none. */
  static @Nullable HaipEvent of(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length < BY_LENGTH.length) {
      for (HaipEvent event : BY_LENGTH[length]) {
        if (HaipChannels.isAt(event.name(), bytes, from)) {
          return event;
        }
      }
    }
    return legacy(bytes, from, to);
  }

  private static @Nullable HaipEvent legacy(byte[] bytes, int from, int to) {
    int start = from + LEGACY.length();
    if (to - start < MESSAGE_END.name().length() || bytes[from] != 'T' || bytes[from + 4] != '_') {
      return null;
    }
    for (int i = 0; i < LEGACY.length(); i++) {
      if (bytes[from + i] != LEGACY.charAt(i)) {
        return null;
      }
    }
    HaipEvent event = to - start < BY_LENGTH.length ? of(bytes, start, to) : null;
    return event != null && event.hasLegacyName() ? event : null;
  }
}
