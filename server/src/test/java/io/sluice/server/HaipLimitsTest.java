package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.model.ChannelPattern;
import io.sluice.server.auth.TokenIssuer;
import java.io.BufferedReader;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Bounds and doors of HAIP that need a whole server to be reached. */
class HaipLimitsTest extends HaipHouse {
  private HaipPerson resumes(HaipPerson before, long last) {
    return again(before).official(1_000, 1 << 20, ",\"last_rx_seq\":\"" + last + "\"");
  }

  private HaipPerson official() {
    HaipPerson ada = person().official(1_000, 1 << 20);
    ada.next("HAI");
    return ada;
  }

  // What is kept for who may come back

  @Test
  void ofTheSessionsWithoutALineTheOldestGo() throws Exception {
    restart(Map.of("haip.resume.sessions", "2"));
    List<HaipPerson> people = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      people.add(official());
    }
    for (int i = 0; i < 4; i++) {
      people.get(i).cut();
      int left = 3 - i;
      int kept = Math.min(i + 1, 2);
      await().until(() -> standsAt(left, kept));
    }
    for (int i = 3; i >= 0; i--) {
      HaipPerson back = resumes(people.get(i), 1);
      back.next("HAI");
      assertThat(back.errors())
          .as("number %d", i)
          .isEqualTo(i < 2 ? List.of("RESUME_FAILED") : List.of());
    }
  }

  private boolean standsAt(int sessions, int kept) throws Exception {
    JsonNode haip = JSON.readTree(server.send(server.request("/stats").build()).body()).get("haip");
    return haip.get("sessions").asInt() == sessions && haip.get("kept").asInt() == kept;
  }

  /** Twenty answers of the server's own are beyond 2 KiB, and within the usual megabyte. */
  @ParameterizedTest
  @ValueSource(strings = {"2KiB", "1MiB"})
  void noMoreBytesAreKeptThanMayBe(String most) throws Exception {
    restart(Map.of("haip.resume.bytes", most));
    HaipPerson ada = official();
    IntStream.range(0, 20).forEach(i -> ada.roundTrip());
    long newest = ada.lastSeq();
    ada.cut();
    HaipPerson late = resumes(ada, 1);
    if (most.equals("1MiB")) {
      late.next("HAI");
      for (int i = 0; i < 20; i++) {
        assertThat(late.next("PONG").get("seq").asLong()).isEqualTo(2 + i);
      }
      assertThat(late.errors()).isEmpty();
    } else {
      assertThat(late.next("HAI").get("session").asString()).isNotEqualTo(ada.session);
      assertThat(late.errors()).containsExactly("RESUME_FAILED");
      HaipPerson other = official();
      IntStream.range(0, 20).forEach(i -> other.roundTrip());
      other.cut();
      HaipPerson soon = resumes(other, newest - 3);
      assertThat(soon.next("HAI").get("session").asString()).isEqualTo(other.session);
      assertThat(soon.errors()).isEmpty();
    }
  }

  // What waits behind a gap

  @Test
  void noMoreBytesWaitBehindAGapThanMay() throws Exception {
    restart(Map.of("haip.agent", "echo", "haip.order.aheadBytes", "10KiB"));
    HaipPerson ada = official();
    String large = "x".repeat(4_000);
    for (int seq = 3; seq < 6; seq++) {
      message(ada, seq, seq + large);
    }
    message(ada, 2, "the missing one");
    assertThat(ada.text()).isEqualTo("the missing one");
    assertThat(ada.text()).isEqualTo(3 + large);
    assertThat(ada.text()).isEqualTo(4 + large);
    message(ada, 6, "the last one");
    JsonNode asked = ada.next("REPLAY_REQUEST").get("payload");
    while (asked.get("from_seq").asString().equals("2")) {
      asked = ada.next("REPLAY_REQUEST").get("payload");
    }
    assertThat(asked.get("from_seq").asString()).isEqualTo("5");
    assertThat(asked.get("to_seq").asString()).isEqualTo("5");
    message(ada, 5, "again");
    assertThat(ada.text()).isEqualTo("again");
    assertThat(ada.text()).isEqualTo("the last one");
  }

  private static void message(HaipPerson ada, int seq, String text) {
    ada.sayAt(
        Integer.toString(seq),
        "USER",
        "MESSAGE_START",
        "{\"message_id\":\"%s\",\"text\":\"%s\"}".formatted(HaipPerson.id(), text));
  }

  // Voices

  /** Who speaks is not held, and who is slow hears the newest. */
  @Test
  void ofVoicesASlowPersonHearsTheNewest() throws Exception {
    HaipPerson ada = person().official(1, 1 << 20);
    ada.next("HAI");
    String large = "x".repeat(5_000);
    answer(ada, "AUDIO_OUT", "\"0 \"").join();
    assertThat(number(ada)).isZero();
    for (int i = 1; i < 200; i++) {
      answer(ada, "AUDIO_OUT", "\"" + i + " " + large + "\"").join();
    }
    ada.roundTrip();
    assertThat(ada.hasMessage()).isFalse();
    ada.grant("AUDIO_OUT", 1_000, 1);
    int first = number(ada);
    assertThat(first).isEqualTo(200 - 64);
    for (int i = first + 1; i < 200; i++) {
      assertThat(number(ada)).isEqualTo(i);
    }
    assertThat(ada.errors()).contains("REPLAY_TOO_OLD");
  }

  private static int number(HaipPerson person) {
    String text = person.text();
    return Integer.parseInt(text.substring(0, text.indexOf(' ')));
  }

  /** Over Nexus too, which says how a channel is read where the reader asks for nothing. */
  @ParameterizedTest
  @CsvSource({"AUDIO_IN, drop-oldest", "AUDIO_OUT, drop-oldest", "USER, lossless"})
  void whoWatchesVoicesHearsTheNewestAndOfWordsAll(String channel, String policy) throws Exception {
    HaipPerson ada = official();
    String token = token(new TokenIssuer.Request("bot", "agent", null, null));
    HttpRequest watch =
        HttpRequest.newBuilder(server.at("/stream"))
            .header("Authorization", "Bearer " + token)
            .POST(
                BodyPublishers.ofString(
                    "{\"action\":\"subscribe\",\"id\":7,\"channel\":\"%s\"}"
                        .formatted(onHub(ada.session, channel).value())))
            .build();
    try (BufferedReader lines = server.open(watch)) {
      String line = lines.readLine();
      while (!line.contains("\"id\":7")) {
        line = lines.readLine();
      }
      // What is usual everywhere is not said.
      assertThat(JSON.readTree(line).path("policy").asString("lossless")).isEqualTo(policy);
    }
  }

  private String token(TokenIssuer.Request request) {
    return server
        .sluice()
        .developer()
        .issue(request, Duration.ofMinutes(5), System.currentTimeMillis());
  }

  // Frames

  @Test
  void aBinaryFrameOfExactlyTheLimitIsTakenAndOneOfAByteMoreIsNot() {
    int most = server.sluice().settings().limits().socket().messageBytes();
    HaipPerson ada = official();
    announce(ada, most);
    ada.binary(new byte[most]);
    assertThat(ada.errors()).isEmpty();
    JsonNode taken = history(ada, "AUDIO_IN").getFirst();
    assertThat(taken.get("payload").get("data").asString()).hasSize((most + 2) / 3 * 4);
    HaipPerson bob = person("bob", HaipPerson.id()).official(1_000, 1 << 20);
    bob.next("HAI");
    announce(bob, most + 1);
    assertThat(bob.error()).isEqualTo("PROTOCOL_VIOLATION");
    bob.roundTrip();
    assertThat(history(bob, "AUDIO_IN")).isEmpty();
  }

  private static void announce(HaipPerson ada, int length) {
    ada.sayMore(
        "AUDIO_IN",
        "AUDIO_CHUNK",
        "{\"message_id\":\"%s\",\"mime\":\"audio/opus\"}".formatted(HaipPerson.id()),
        ",\"bin_len\":%d,\"bin_mime\":\"audio/opus\"".formatted(length));
  }

  // Rights and doors

  @Test
  void whoseTokenGrantsNothingOfItsSessionIsUnauthorized() {
    List<ChannelPattern> news = List.of(new ChannelPattern("news"));
    String token = token(new TokenIssuer.Request("ada", null, news, news));
    HaipPerson ada = new HaipPerson(server.http, at("ada", token), HaipPerson.id());
    ada.official(1_000, 1 << 20).next("HAI");
    ada.message("USER", "may I");
    JsonNode error = ada.next("ERROR").get("payload");
    assertThat(error.get("code").asString()).isEqualTo("UNAUTHORIZED");
    assertThat(error.get("related_id").asString()).isNotEmpty();
    assertThat(history(ada, "USER")).isEmpty();
    ada.roundTrip();
  }

  @Test
  void theSubprotocolIsHaip() {
    assertThat(official().subprotocol()).isEqualTo("haip");
  }

  /** Each way to name the session, at each path and its other name. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theOtherNamesOfPathsAndTheHeaderWorkAsWell(boolean aliases) throws Exception {
    String told = aliases ? "/haip/connect" : "/haip/sse";
    String said = aliases ? "/haip/handshake" : "/haip/message";
    String session = HaipPerson.id();
    try (BufferedReader lines =
        server.open(server.request(told).header("X-HAIP-Session", session).build())) {
      post(said, session, HaipPerson.envelope(session, 1, "SYSTEM", "HAI", HaipEvents.HAI));
      assertThat(next(lines, "\"HAI\"").get("session").asString()).isEqualTo(session);
      post(
          said,
          session,
          HaipPerson.envelope(session, 2, "USER", "MESSAGE_START", "{\"text\":\"x\"}"));
      answer(session, "AGENT", "\"hi\"").join();
      assertThat(next(lines, "MESSAGE_START").get("payload").get("text").asString())
          .isEqualTo("hi");
    }
  }

  private void post(String path, String session, String body) throws Exception {
    HttpRequest request =
        server
            .request(path)
            .header("X-HAIP-Session", session)
            .POST(BodyPublishers.ofString(body))
            .build();
    assertThat(server.send(request).body()).isEqualTo("{\"status\":\"ok\"}");
  }

  private static JsonNode next(BufferedReader lines, String what) throws Exception {
    String line = lines.readLine();
    while (!line.startsWith("data: ") || !line.contains(what)) {
      line = lines.readLine();
    }
    return JSON.readTree(line.substring("data: ".length()));
  }
}
