package io.sluice.protocol.nexus;

import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.Code;
import io.sluice.model.Subject;
import io.sluice.protocol.json.JsonCursor;
import io.sluice.protocol.json.JsonString;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which channels a message is about: {@code channel}, or an array under one of its aliases. */
final class NexusChannels {
  private NexusChannels() {}

  /** What one text names. */
  @FunctionalInterface
  private interface Reading<T extends Subject> {
    T read(byte[] bytes, int from, int to) throws Refused;
  }

  /** One channel, for a request that must not be done by halves. */
  static ChannelName readOne(NexusMessage message) throws Refused {
    if (message.has(NexusField.CHANNELS) || message.has(NexusField.TOPICS)) {
      throw new Refused(Code.INVALID_FIELD, "publish takes one channel, not channels or topics");
    }
    return one(message, NexusChannels::channel);
  }

  /**
   * One channel or several, in their order, each once.
   *
   * @param most more are refused
   */
  static List<ChannelName> read(NexusMessage message, int most) throws Refused {
    return read(message, most, NexusChannels::channel);
  }

  /** The same, where a pattern may stand for a channel. */
  static List<Subject> subjects(NexusMessage message, int most) throws Refused {
    return read(message, most, NexusChannels::subject);
  }

  private static <T extends Subject> List<T> read(
      NexusMessage message, int most, Reading<T> reading) throws Refused {
    boolean one = message.has(NexusField.CHANNEL);
    boolean channels = message.has(NexusField.CHANNELS);
    boolean topics = message.has(NexusField.TOPICS);
    if ((one && channels) || (one && topics) || (channels && topics)) {
      throw new Refused(Code.INVALID_FIELD, "Give one of channel, channels and topics");
    }
    if (channels || topics) {
      return several(message, channels ? NexusField.CHANNELS : NexusField.TOPICS, most, reading);
    }
    return List.of(one(message, reading));
  }

  private static <T extends Subject> T one(NexusMessage message, Reading<T> reading)
      throws Refused {
    message.require(NexusField.CHANNEL);
    return reading.read(
        message.bytes(), message.from(NexusField.CHANNEL), message.to(NexusField.CHANNEL));
  }

  private static <T extends Subject> List<T> several(
      NexusMessage message, NexusField field, int most, Reading<T> reading) throws Refused {
    if (message.kind(field) != '[') {
      throw new Refused(Code.INVALID_FIELD, field.text() + " must be an array of channels");
    }
    Set<T> named = new LinkedHashSet<>();
    int count = 0;
    JsonCursor cursor = message.cursor(field);
    while (cursor.next()) {
      if (++count > most) {
        throw wrongCount(field, most);
      }
      named.add(reading.read(message.bytes(), cursor.valueFrom(), cursor.valueTo()));
    }
    if (count == 0) {
      throw wrongCount(field, most);
    }
    return new ArrayList<>(named);
  }

  private static Refused wrongCount(NexusField field, int most) {
    return new Refused(Code.INVALID_FIELD, field.text() + " must hold 1 to " + most + " channels");
  }

  private static ChannelName channel(byte[] bytes, int from, int to) throws Refused {
    String name = text(bytes, from, to);
    if (!ChannelName.isValid(name)) {
      throw noChannel("");
    }
    return new ChannelName(name);
  }

  private static Subject subject(byte[] bytes, int from, int to) throws Refused {
    String name = text(bytes, from, to);
    if (ChannelName.isValid(name)) {
      return new ChannelName(name);
    }
    if (ChannelPattern.hasWildcard(name) && ChannelPattern.isValid(name)) {
      return new ChannelPattern(name);
    }
    throw noChannel(", or a pattern such as a.* or a.>");
  }

  /** A string, or nothing that could be a name. */
  private static String text(byte[] bytes, int from, int to) {
    return bytes[from] == '"' ? JsonString.decode(bytes, from + 1, to - 1) : "";
  }

  private static Refused noChannel(String otherwise) {
    return new Refused(
        Code.INVALID_CHANNEL,
        "A channel is a string of 1 to "
            + ChannelName.MAX_LENGTH
            + " characters of A-Z a-z 0-9 _ . : -"
            + otherwise);
  }
}
