package io.sluice.protocol.nexus;

import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.Limits;
import io.sluice.model.Position;
import io.sluice.protocol.json.JsonCursor;
import io.sluice.protocol.json.JsonNumber;
import io.sluice.protocol.json.JsonScanner;
import io.sluice.protocol.json.JsonString;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its reader. One server's message: where its members lie, and their values by type. A
 * member that is {@code null} counts as absent, the data excepted.
 */
final class NexusAnswerText {
  private static final byte[] NOTHING = {};

  private final JsonScanner scanner;
  private final int[] from = new int[NexusMember.values().length];
  private final int[] to = new int[NexusMember.values().length];

  private byte[] bytes = NOTHING;
  private int seen;

  NexusAnswerText(Limits.Json limits) {
    scanner = new JsonScanner(limits);
  }

  /** Takes a message apart; false if it is not one good JSON object. */
  boolean scan(byte[] text, int start, int end) {
    bytes = text;
    seen = 0;
    scanner.open(text, start, end);
    while (scanner.next()) {
      NexusMember member = NexusMember.of(text, scanner.nameFrom(), scanner.nameTo());
      if (member != null && !scanner.nameEscaped()) {
        note(member);
      }
    }
    return scanner.complete();
  }

  private void note(NexusMember member) {
    int i = member.place();
    from[i] = scanner.valueFrom();
    to[i] = scanner.valueTo();
    if (member == NexusMember.DATA || bytes[from[i]] != 'n') {
      seen |= 1 << i;
    }
  }

  /** Lets go of the message. */
  void release() {
    bytes = NOTHING;
    seen = 0;
  }

  byte[] bytes() {
    return bytes;
  }

  boolean has(NexusMember member) {
    return (seen & 1 << member.place()) != 0;
  }

  /** The value exactly as it came. */
  String verbatim(NexusMember member) throws Unreadable {
    require(member);
    int start = from[member.place()];
    return new String(bytes, start, to[member.place()] - start, StandardCharsets.UTF_8);
  }

  /** A string. */
  String text(NexusMember member) throws Unreadable {
    require(member);
    return string(bytes, from[member.place()], to[member.place()], member);
  }

  /** A string; null if absent. */
  @Nullable String textIfAny(NexusMember member) throws Unreadable {
    return has(member) ? text(member) : null;
  }

  static String string(byte[] bytes, int from, int to, NexusMember member) throws Unreadable {
    if (bytes[from] != '"') {
      throw new Unreadable(member.text() + " is not a string");
    }
    return JsonString.decode(bytes, from + 1, to - 1);
  }

  /** The channel of a message that must have one, or the pattern of channels. */
  String channel() throws Unreadable {
    String name = text(NexusMember.CHANNEL);
    if (!ChannelName.isValid(name) && !ChannelPattern.isValid(name)) {
      throw new Unreadable("channel is not a channel's name");
    }
    return name;
  }

  /** A truth value; false if absent. */
  boolean flag(NexusMember member) throws Unreadable {
    if (!has(member)) {
      return false;
    }
    return switch (bytes[from[member.place()]]) {
      case 't' -> true;
      case 'f' -> false;
      default -> throw new Unreadable(member.text() + " is neither true nor false");
    };
  }

  /** A whole number from 0 to 2^53−1. */
  long whole(NexusMember member) throws Unreadable {
    require(member);
    return whole(bytes, from[member.place()], to[member.place()], member);
  }

  /** A whole number; the value given if absent. */
  long wholeOr(NexusMember member, long absent) throws Unreadable {
    return has(member) ? whole(member) : absent;
  }

  static long whole(byte[] bytes, int from, int to, NexusMember member) throws Unreadable {
    long value = plain(bytes, from, to);
    if (value < 0) {
      value = JsonNumber.whole(bytes, from, to, Position.MAX_OFFSET);
    }
    if (value == JsonNumber.NOT_WHOLE) {
      throw new Unreadable(member.text() + " is not a whole number");
    }
    return value;
  }

  /** Digits and nothing else, which is how our own server writes numbers; negative if not. */
  private static long plain(byte[] bytes, int from, int to) {
    if (to - from > 15) {
      return -1;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return -1;
      }
      value = value * 10 + bytes[i] - '0';
    }
    return value;
  }

  /** The number this client gave its request, or {@link NexusAnswer#NO_ID}. */
  long id() {
    int i = NexusMember.ID.place();
    return has(NexusMember.ID) ? Math.max(plain(bytes, from[i], to[i]), NexusAnswer.NO_ID) : 0;
  }

  /** A position, of its two members. */
  Position position() throws Unreadable {
    return new Position(epoch(), whole(NexusMember.OFFSET));
  }

  /** An epoch. */
  String epoch() throws Unreadable {
    return epoch(text(NexusMember.EPOCH));
  }

  private static String epoch(String text) throws Unreadable {
    if (text.isEmpty() || text.length() > Position.MAX_EPOCH_LENGTH) {
      throw new Unreadable("epoch has the wrong length");
    }
    return text;
  }

  /** A position that is an object by itself. */
  Position position(NexusMember member) throws Unreadable {
    require(member);
    int start = from[member.place()];
    if (bytes[start] != '{') {
      throw new Unreadable(member.text() + " is not an object");
    }
    String epoch = "";
    long offset = JsonNumber.NOT_WHOLE;
    JsonCursor cursor = new JsonCursor(bytes, start);
    while (cursor.next()) {
      int valueFrom = cursor.valueFrom();
      int valueTo = cursor.valueTo();
      switch (cursor.name()) {
        case "epoch" -> epoch = string(bytes, valueFrom, valueTo, NexusMember.EPOCH);
        case "offset" -> offset = whole(bytes, valueFrom, valueTo, NexusMember.OFFSET);
        default -> {
          // Members may be added.
        }
      }
    }
    if (offset == JsonNumber.NOT_WHOLE) {
      throw new Unreadable(member.text() + " has no offset");
    }
    return new Position(epoch(epoch), offset);
  }

  /** A time as publications carry it. */
  long time() throws Unreadable {
    require(NexusMember.TIMESTAMP);
    int start = from[NexusMember.TIMESTAMP.place()];
    int end = to[NexusMember.TIMESTAMP.place()];
    if (end - start != NexusTime.LENGTH + 2) {
      throw new Unreadable("timestamp is no time");
    }
    long millis = NexusTime.read(bytes, start + 1);
    if (millis == NexusTime.NO_TIME) {
      throw new Unreadable("timestamp is no time");
    }
    return millis;
  }

  /** A cursor over an array. */
  JsonCursor array(NexusMember member) throws Unreadable {
    require(member);
    int start = from[member.place()];
    if (bytes[start] != '[') {
      throw new Unreadable(member.text() + " is not an array");
    }
    return new JsonCursor(bytes, start);
  }

  private void require(NexusMember member) throws Unreadable {
    if (!has(member)) {
      throw new Unreadable(member.text() + " is missing");
    }
  }
}
