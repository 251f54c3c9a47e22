package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Ada, who hears HAIP as events and speaks in requests. Owned by its test. */
final class HaipEvents implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String DATA = "data: ";

  final String session = HaipPerson.id();
  private final RunningServer server;
  private final BufferedReader lines;
  private long seq;

  HaipEvents(RunningServer server) throws Exception {
    this.server = server;
    this.lines = server.open(server.request("/haip/sse?session=" + session).build());
  }

  /** HAI, and its answer. */
  HaipEvents begin() throws Exception {
    say("SYSTEM", "HAI", HAI);
    next("HAI");
    return this;
  }

  /** HAI without flow control. */
  static final String HAI =
      "{\"haip_version\":\"1.1.2\",\"accept_major\":[1],\"accept_events\":["
          + HaipPerson.ALL
          + "]}";

  String envelope(String channel, String type, String payload) {
    return HaipPerson.envelope(session, ++seq, channel, type, payload);
  }

  /** Says it, and it is taken. */
  void say(String channel, String type, String payload) throws Exception {
    HttpResponse<String> answer = post(envelope(channel, type, payload));
    assertThat(answer.body()).isEqualTo("{\"status\":\"ok\"}");
  }

  void message(String text) throws Exception {
    String payload = "{\"message_id\":\"%s\",\"text\":\"%s\"}".formatted(HaipPerson.id(), text);
    say("USER", "MESSAGE_START", payload);
  }

  HttpResponse<String> post(String body) throws Exception {
    return server.send(
        server
            .request("/haip/message?session=" + session)
            .POST(BodyPublishers.ofString(body))
            .build());
  }

  /** The next that is of this type; others are passed over. */
  JsonNode next(String type) throws IOException {
    JsonNode told = next();
    while (!told.get("type").asString().equals(type)) {
      told = next();
    }
    return told;
  }

  private JsonNode next() throws IOException {
    String line = lines.readLine();
    while (line != null && !line.startsWith(DATA)) {
      line = lines.readLine();
    }
    assertThat(line).as("one more event").isNotNull();
    return JSON.readTree(line.substring(DATA.length()));
  }

  /** Why it ends, which is the last that is said; what comes before is passed over. */
  String end() throws IOException {
    String last = "";
    String line = lines.readLine();
    while (line != null) {
      last = line.startsWith(DATA) ? line.substring(DATA.length()) : last;
      line = lines.readLine();
    }
    return last;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
