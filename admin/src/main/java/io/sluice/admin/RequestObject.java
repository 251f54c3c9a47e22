package io.sluice.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.model.ChannelName;
import io.sluice.model.Code;
import io.sluice.model.Limits;
import io.sluice.protocol.json.JsonCursor;
import io.sluice.protocol.json.JsonNumber;
import io.sluice.protocol.json.JsonPayload;
import io.sluice.protocol.json.JsonScanner;
import io.sluice.protocol.json.JsonString;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request: one JSON object, taken as strictly as on a socket. Immutable.
 *
 * <p>Members that mean nothing here are passed over, and a member that is {@code null} counts as
 * absent, the payload excepted.
 */
final class RequestObject {
  private static final String PAYLOAD = "payload";

  private final byte[] bytes;
  private final Map<String, Place> members;

  /** Those that are {@code null}. */
  private final Set<String> nulls;

  private final Limits.Json limits;

  private record Place(int from, int to) {}

  private RequestObject(
      byte[] bytes, Map<String, Place> members, Set<String> nulls, Limits.Json limits) {
    this.bytes = bytes;
    this.members = members;
    this.nulls = nulls;
    this.limits = limits;
  }

  /** Reads a body, and of its members those with these names. */
  static RequestObject parse(byte[] body, Limits.Json limits, Set<String> names) throws Refused {
    Map<String, Place> members = new HashMap<>();
    Set<String> nulls = new HashSet<>();
    JsonScanner scanner = new JsonScanner(limits);
    scanner.open(body, 0, body.length);
    while (scanner.next()) {
      String name = JsonString.decode(body, scanner.nameFrom(), scanner.nameTo());
      boolean given = name.equals(PAYLOAD) || body[scanner.valueFrom()] != 'n';
      if (given && names.contains(name)) {
        members.put(name, new Place(scanner.valueFrom(), scanner.valueTo()));
      } else if (!given && names.contains(name)) {
        nulls.add(name);
      }
    }
    if (!scanner.complete() || !isUtf8(body)) {
      throw new Refused(Code.INVALID_JSON, "The body must be one JSON object", null);
    }
    return new RequestObject(body, members, nulls, limits);
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      var _ = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException malformed) {
      return false;
    }
  }

  boolean has(String name) {
    return members.containsKey(name);
  }

  /** Whether a member is {@code null}, and not only absent. */
  boolean isNull(String name) {
    return nulls.contains(name);
  }

  /** Whether a member is there and is an object. */
  boolean isObject(String name) {
    Place place = members.get(name);
    return place != null && bytes[place.from()] == '{';
  }

  /** A whole number from 0 on; it must be there. */
  int whole(String name, int maximum) throws Refused {
    Place place = require(name);
    long value = JsonNumber.whole(bytes, place.from(), place.to(), maximum);
    if (value == JsonNumber.NOT_WHOLE) {
      throw new Refused(
          Code.INVALID_FIELD, name + " must be a whole number from 0 to " + maximum, name);
    }
    return (int) value;
  }

  /** A cursor over an array, or over an object; null if absent. */
  @Nullable JsonCursor cursor(String name) throws Refused {
    Place place = members.get(name);
    if (place == null) {
      return null;
    }
    if (bytes[place.from()] != '[' && bytes[place.from()] != '{') {
      throw new Refused(Code.INVALID_FIELD, name + " must be an array or an object", name);
    }
    return new JsonCursor(bytes, place.from());
  }

  /** A cursor over what begins with this bracket; null if absent. */
  @Nullable JsonCursor cursor(String name, char bracket, String rule) throws Refused {
    Place place = members.get(name);
    if (place != null && bytes[place.from()] != bracket) {
      throw new Refused(Code.INVALID_FIELD, rule, name);
    }
    return cursor(name);
  }

  /** Insists that a member is not there. */
  void refuse(String name, String why) throws Refused {
    if (has(name)) {
      throw new Refused(Code.INVALID_FIELD, why, name);
    }
  }

  private Place require(String name) throws Refused {
    Place place = members.get(name);
    if (place == null) {
      throw new Refused(Code.MISSING_FIELD, "Missing field: " + name, name);
    }
    return place;
  }

  /** A string of 1 to so many characters; null if absent. */
  @Nullable String text(String name, int maxLength) throws Refused {
    Place place = members.get(name);
    if (place == null) {
      return null;
    }
    String text = string(place);
    if (text == null || text.isEmpty() || text.length() > maxLength) {
      throw new Refused(
          Code.INVALID_FIELD,
          name + " must be a string of 1 to " + maxLength + " characters",
          name);
    }
    return text;
  }

  private @Nullable String string(Place place) {
    return bytes[place.from()] == '"'
        ? JsonString.decode(bytes, place.from() + 1, place.to() - 1)
        : null;
  }

  /** A truth value; false if absent. */
  boolean flag(String name) throws Refused {
    Place place = members.get(name);
    if (place == null) {
      return false;
    }
    return switch (bytes[place.from()]) {
      case 't' -> true;
      case 'f' -> false;
      default -> throw new Refused(Code.INVALID_FIELD, name + " must be true or false", name);
    };
  }

  /** The payload, byte for byte; it must be there. */
  JsonPayload payload() throws Refused {
    Place place = require(PAYLOAD);
    return JsonPayload.copy(bytes, place.from(), place.to(), limits);
  }

  /** The one channel of a request. */
  ChannelName channel() throws Refused {
    return channel(string(require("channel")), "channel");
  }

  /** One channel, or up to so many of which each counts once, in their order. */
  List<ChannelName> channels(int maximum) throws Refused {
    if (!has("channels")) {
      return List.of(channel());
    }
    refuse("channel", "Give one of channel and channels");
    Place place = require("channels");
    Set<ChannelName> channels = new LinkedHashSet<>();
    int count = 0;
    if (bytes[place.from()] == '[') {
      JsonCursor cursor = new JsonCursor(bytes, place.from());
      while (cursor.next() && ++count <= maximum) {
        Place element = new Place(cursor.valueFrom(), cursor.valueTo());
        channels.add(channel(string(element), "channels"));
      }
    }
    if (count == 0 || count > maximum) {
      throw new Refused(
          Code.INVALID_FIELD,
          "channels must be an array of 1 to " + maximum + " channels",
          "channels");
    }
    return List.copyOf(channels);
  }

  /** A channel's name, from wherever it came. */
  static ChannelName channel(@Nullable String name, String field) throws Refused {
    if (name == null || !ChannelName.isValid(name)) {
      throw new Refused(
          Code.INVALID_CHANNEL,
          "A channel is a string of 1 to "
              + ChannelName.MAX_LENGTH
              + " characters of A-Z a-z 0-9 _ . : -",
          field);
    }
    return new ChannelName(name);
  }
}
