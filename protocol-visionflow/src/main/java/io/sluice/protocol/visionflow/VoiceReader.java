package io.sluice.protocol.visionflow;

import io.sluice.model.Limits;
import io.sluice.protocol.json.JsonCursor;
import java.util.HashMap;
import java.util.Map;

/** Owner: one client. Reads the text of the voice socket; {@link VoiceText} writes it. */
public final class VoiceReader {
  /** Numbers of speakers have 16 bits. */
  private static final int MAX_SPEAKER = 0xFFFF;

  private final PositionText text;

  /** A reader that refuses what lies beyond these limits. */
  public VoiceReader(Limits.Json limits) {
    text = new PositionText(limits);
  }

  /** Reads what a server says. */
  public VoiceEvent event(byte[] bytes, int from, int to) throws VisionFlowRefused {
    TextMembers message = text.members(bytes, from, to);
    return switch (message.text("type")) {
      case "room" -> new VoiceEvent.Room(message.text("room"), speaker(message), speakers(message));
      case "join" -> new VoiceEvent.Joined(speaker(message), message.text("name"));
      case "leave" -> new VoiceEvent.Left(speaker(message));
      default -> new VoiceEvent.Common(text.event(bytes, from, to));
    };
  }

  private static int speaker(TextMembers message) throws VisionFlowRefused {
    int speaker = message.count("speaker");
    if (speaker > MAX_SPEAKER) {
      throw message.wrong("speaker", "a whole number of 16 bits.");
    }
    return speaker;
  }

  private static Map<Integer, String> speakers(TextMembers message) throws VisionFlowRefused {
    Map<Integer, String> speakers = new HashMap<>();
    JsonCursor cursor = message.array("speakers");
    while (cursor != null && cursor.next()) {
      if (cursor.kind() != '{') {
        throw message.wrong("speakers", "a speaker is an object.");
      }
      TextMembers one = new TextMembers(message.bytes(), cursor.valueFrom(), "speakers.");
      speakers.put(speaker(one), one.text("name"));
    }
    return speakers;
  }
}
