package io.sluice.protocol.nexus;

import io.sluice.model.ChannelName;
import io.sluice.model.Code;
import io.sluice.protocol.json.JsonCursor;
import io.sluice.protocol.json.JsonString;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which channels a message is about: {@code channel}, or an array under one of its aliases. */
final class NexusChannels {
  private NexusChannels() {}

  /** One channel, for a request that must not be done by halves. */
  static ChannelName readOne(NexusMessage message) throws Refused {
    if (message.has(NexusField.CHANNELS) || message.has(NexusField.TOPICS)) {
      throw new Refused(Code.INVALID_FIELD, "publish takes one channel, not channels or topics");
    }
    message.require(NexusField.CHANNEL);
    return channel(
        message.bytes(), message.from(NexusField.CHANNEL), message.to(NexusField.CHANNEL));
  }

  /**
   * One channel or several, in their order, each once.
   *
   * @param most more are refused
   */
  static List<ChannelName> read(NexusMessage message, int most) throws Refused {
    boolean one = message.has(NexusField.CHANNEL);
    boolean channels = message.has(NexusField.CHANNELS);
    boolean topics = message.has(NexusField.TOPICS);
    if ((one && channels) || (one && topics) || (channels && topics)) {
      throw new Refused(Code.INVALID_FIELD, "Give one of channel, channels and topics");
    }
    if (channels || topics) {
      return several(message, channels ? NexusField.CHANNELS : NexusField.TOPICS, most);
    }
    return List.of(readOne(message));
  }

  private static List<ChannelName> several(NexusMessage message, NexusField field, int most)
      throws Refused {
    if (message.kind(field) != '[') {
      throw new Refused(Code.INVALID_FIELD, field.text() + " must be an array of channels");
    }
    Set<ChannelName> channels = new LinkedHashSet<>();
    int count = 0;
    JsonCursor cursor = message.cursor(field);
    while (cursor.next()) {
      if (++count > most) {
        throw wrongCount(field, most);
      }
      channels.add(channel(message.bytes(), cursor.valueFrom(), cursor.valueTo()));
    }
    if (count == 0) {
      throw wrongCount(field, most);
    }
    return new ArrayList<>(channels);
  }

  private static Refused wrongCount(NexusField field, int most) {
    return new Refused(Code.INVALID_FIELD, field.text() + " must hold 1 to " + most + " channels");
  }

  private static ChannelName channel(byte[] bytes, int from, int to) throws Refused {
    if (bytes[from] == '"') {
      String name = JsonString.decode(bytes, from + 1, to - 1);
      if (ChannelName.isValid(name)) {
        return new ChannelName(name);
      }
    }
    throw new Refused(
        Code.INVALID_CHANNEL,
        "A channel is a string of 1 to "
            + ChannelName.MAX_LENGTH
            + " characters of A-Z a-z 0-9 _ . : -");
  }
}
