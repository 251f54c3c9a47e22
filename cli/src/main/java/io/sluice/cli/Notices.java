package io.sluice.cli;

import io.sluice.client.SluiceException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Says on standard error what becomes of the connection. Any thread. */
final class Notices implements Link.Watcher {
  private final Surroundings surroundings;
  private final boolean json;

  Notices(Surroundings surroundings, boolean json) {
    this.surroundings = surroundings;
    this.json = json;
  }

  @Override
  public void lost(SluiceException why) {
    say("lost", "connection lost, trying again: " + Link.why(why), why.code());
  }

  @Override
  public void back() {
    say("back", "connected again", "");
  }

  @Override
  public void ended(SluiceException why) {
    // Whoever waits for something of the connection is told, and tells it.
  }

  private void say(String type, String text, String code) {
    if (!json) {
      surroundings.err().println("sluice: " + text);
      return;
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("type", type);
    if (!code.isEmpty()) {
      fields.put("code", code);
    }
    surroundings.err().println(Lines.of(fields));
  }
}
