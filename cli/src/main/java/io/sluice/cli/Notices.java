package io.sluice.cli;

import io.sluice.client.Held;
import io.sluice.client.SluiceException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Says on standard error what becomes of the connection, and of what is published. Any thread. */
final class Notices implements Link.Watcher {
  private final Surroundings surroundings;
  private final boolean json;

  Notices(Surroundings surroundings, boolean json) {
    this.surroundings = surroundings;
    this.json = json;
  }

  @Override
  public void lost(SluiceException why) {
    say(
        "connection lost, trying again: " + Link.why(why),
        fields("type", "lost", "code", why.code()));
  }

  @Override
  public void back() {
    say("connected again", fields("type", "back"));
  }

  @Override
  public void ended(SluiceException why) {
    // Whoever waits for something of the connection is told, and tells it.
  }

  @Override
  public void held(Held held) {
    Map<String, Object> fields = fields("type", "held", "channel", held.channel());
    fields.put("readers", held.readers());
    fields.put("bytes", held.bytes());
    String who = held.readers() == 1 ? " slow reader, " : " slow readers, ";
    say(
        "held " + held.channel() + ": waits for " + held.readers() + who + held.bytes() + " bytes",
        fields);
  }

  @Override
  public void released(String channel) {
    say("released " + channel, fields("type", "released", "channel", channel));
  }

  private static Map<String, Object> fields(String... pairs) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      fields.put(pairs[i], pairs[i + 1]);
    }
    return fields;
  }

  private void say(String text, Map<String, Object> fields) {
    surroundings.err().println(json ? Lines.of(fields) : "sluice: " + text);
  }
}
