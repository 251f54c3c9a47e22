package io.sluice.protocol.visionflow;

import io.sluice.protocol.json.JsonWriter;
import java.util.Map;

/** Owner: one event loop. Who is in a room, as the voice socket says it in text. */
public final class VoiceText {
  private final JsonWriter out = new JsonWriter();

  /**
   * To who has come: where it is, its own number, and who else is there.
   *
   * @param others their names by their numbers
   */
  public byte[] room(String room, int speaker, Map<Integer, String> others) {
    out.raw("{\"type\":\"room\",\"room\":").string(room);
    out.raw(",\"speaker\":").number(speaker).raw(",\"speakers\":[");
    String comma = "";
    for (Map.Entry<Integer, String> other : others.entrySet()) {
      out.raw(comma).raw("{\"speaker\":").number(other.getKey());
      out.raw(",\"name\":").string(other.getValue()).raw('}');
      comma = ",";
    }
    return out.raw("]}").take();
  }

  /** To the others: somebody has come. */
  public byte[] join(int speaker, String name) {
    out.raw("{\"type\":\"join\",\"speaker\":").number(speaker);
    return out.raw(",\"name\":").string(name).raw('}').take();
  }

  /** To the others: somebody has gone, and its number is free. */
  public byte[] leave(int speaker) {
    return out.raw("{\"type\":\"leave\",\"speaker\":").number(speaker).raw('}').take();
  }
}
