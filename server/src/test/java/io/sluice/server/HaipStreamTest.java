package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;

/** HAIP where there is no WebSocket, through a whole server and its sockets. */
class HaipStreamTest extends HaipHouse {
  @Test
  void eventsAndPostsAreOneConversation() throws Exception {
    try (HaipEvents ada = new HaipEvents(server).begin()) {
      ada.message("hello");
      answer(ada.session, "AGENT", "\"hi\"").join();
      assertThat(ada.next("MESSAGE_START").get("payload").get("text").asString()).isEqualTo("hi");
    }
  }

  @Test
  void linesGoBothWays() throws Exception {
    String session = HaipPerson.id();
    String body =
        HaipPerson.envelope(session, 1, "SYSTEM", "HAI", HaipEvents.HAI)
            + "\n"
            + HaipPerson.envelope(session, 2, "SYSTEM", "PING", "{\"nonce\":\"n\"}");
    HttpRequest said = server.request("/haip/stream").POST(BodyPublishers.ofString(body)).build();
    try (BufferedReader lines = server.open(said)) {
      assertThat(JSON.readTree(lines.readLine()).get("type").asString()).isEqualTo("HAI");
      assertThat(JSON.readTree(lines.readLine()).get("type").asString()).isEqualTo("PONG");
    }
  }
}
