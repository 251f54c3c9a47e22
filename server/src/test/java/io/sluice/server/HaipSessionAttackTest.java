package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Sessions that are not one's own, not there, or wanted twice; over real sockets. */
class HaipSessionAttackTest extends HaipAttack {
  private static final String NOBODY = ",\"auth\":\"no token\"";

  private static HaipPerson resumes(HaipPerson person, String last) {
    return person.official(1_000, 1 << 20, ",\"last_rx_seq\":" + last);
  }

  // Resume

  @ParameterizedTest
  @ValueSource(strings = {"\"0\"", "\"7\"", "7", "\"18446744073709551615\""})
  void whoWantsAnUnknownSessionBegins(String last) {
    HaipPerson ada = resumes(person(), last);
    ada.next("HAI");
    assertThat(ada.error()).isEqualTo("RESUME_FAILED");
    ada.echo();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"1000\"", "\"9223372036854775808\"", "\"18446744073709551615\""})
  void whoHasHeardWhatWasNeverSaidBeginsAnew(String last) {
    HaipPerson ada = official();
    ada.echo();
    ada.cut();
    HaipPerson back = resumes(again(ada), last);
    assertThat(back.next("HAI").get("session").asString()).isNotEqualTo(ada.session);
    assertThat(back.error()).isEqualTo("RESUME_FAILED");
    back.echo();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "\"x\"", "null", "{}", "1.5", "\"\""})
  void whatIsNoNumberDoesNotResume(String last) {
    HaipPerson ada = official();
    ada.echo();
    ada.cut();
    HaipPerson back = greeted(resumes(again(ada), last));
    back.echo();
    assertThat(back.errors()).isEmpty();
  }

  @Test
  void nobodyTakesAnothersSessionWhetherItResumesOrNot() throws Exception {
    HaipPerson ada = official();
    for (String more : List.of("", ",\"last_rx_seq\":\"1\"")) {
      HaipPerson eve = person("eve", ada.session).official(10, 10_000, more);
      String given = eve.next("HAI").get("session").asString();
      assertThat(given).isNotEqualTo(ada.session);
      eve.echo();
      // What it says in the other's name it says in its own session.
      assertThat(history(ada, "USER")).isEmpty();
    }
    ada.echo();
    ada.cut();
    // Nor while nobody has a line to it.
    HaipPerson eve = person("eve", ada.session).official(10, 10_000, ",\"last_rx_seq\":\"1\"");
    assertThat(eve.next("HAI").get("session").asString()).isNotEqualTo(ada.session);
    assertThat(eve.error()).isEqualTo("RESUME_FAILED");
    HaipPerson back = greeted(resumes(again(ada), "\"" + ada.lastSeq() + "\""));
    back.echo();
  }

  /** A session that was over begins again under its name; its logs are still there. */
  @Test
  void whoBeginsAgainUnderItsNameHearsAllItsChannels() {
    HaipPerson ada = seed();
    for (String channel : List.of("AGENT", "notes")) {
      answer(ada, channel, "\"before\"").join();
      assertThat(ada.text()).isEqualTo("before");
    }
    ada.cut();
    HaipPerson back = greeted(person("ada", ada.session).seed());
    for (String channel : List.of("AGENT", "notes")) {
      answer(back, channel, "\"after\"").join();
      assertThat(back.text()).isEqualTo("after");
    }
    back.message("notes", "and the agent hears them");
    assertThat(back.text()).isEqualTo("and the agent hears them");
  }

  @Test
  void aPageOfAForeignOriginIsRefused() {
    HaipPerson ada = official();
    WebSocket.Builder page =
        server.http.newWebSocketBuilder().header("Origin", "https://evil.example");
    assertThatThrownBy(() -> page.buildAsync(at("ada"), ada).join())
        .hasCauseInstanceOf(WebSocketHandshakeException.class);
    ada.echo();
  }

  // Takeover

  @Test
  void twentyTakeOversOneAfterAnother() {
    HaipPerson ada = official();
    for (int i = 0; i < 20; i++) {
      HaipPerson next = greeted(resumes(again(ada), "\"" + ada.lastSeq() + "\""));
      assertThat(ada.closeCode()).isEqualTo(1008);
      next.echo();
      ada = next;
    }
    assertThat(ada.errors()).isEmpty();
  }

  /** Each comes again as soon as it is put out; who comes last has the session. */
  @Test
  void twoLinesThatFightHarmNobodyAndTheLastHasTheSession() throws Exception {
    HaipPerson ada = official();
    try (HaipNeighbour eve = neighbour()) {
      List<CompletableFuture<Void>> fights = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        fights.add(CompletableFuture.runAsync(() -> fight(ada)));
      }
      CompletableFuture.allOf(fights.toArray(CompletableFuture<?>[]::new)).join();
      eve.hears(5);
    }
    HaipPerson last = greeted(resumes(again(ada), "\"1\""));
    last.message("USER", "it is mine");
    while (!last.text().equals("it is mine")) {
      // What was said before it came.
    }
  }

  private void fight(HaipPerson ada) {
    for (int turn = 0; turn < 50; turn++) {
      HaipPerson again = greeted(resumes(again(ada), "\"1\""));
      if (turn % 2 == 0) {
        again.cut();
      }
    }
  }

  // Tokens

  @Test
  void aTokenThatExpiresEndsTheLineAndTheSessionIsKept() {
    String session = HaipPerson.id();
    String brief = server.token("ada", Duration.ofSeconds(2));
    HaipPerson ada = new HaipPerson(server.http, at("ada", brief), session);
    greeted(ada.official(1_000, 1 << 20)).echo();
    assertThat(ada.closeCode()).isEqualTo(4401);
    answer(ada, "AGENT", "\"meanwhile\"").join();
    HaipPerson back = greeted(resumes(again(ada), "\"" + ada.lastSeq() + "\""));
    assertThat(back.text()).isEqualTo("meanwhile");
    back.echo();
  }

  @Test
  void aBadTokenInHaiIsToldAndClosed() {
    String huge = "\"" + "x".repeat(100_000) + "\"";
    for (String auth : List.of("\"x\"", "{\"token\":\"x\"}", "{}", "7", "[]", huge, other())) {
      HaipPerson ada = person();
      ada.official(10, 10_000, ",\"auth\":" + auth);
      assertThat(ada.error()).isEqualTo("AUTHENTICATION_FAILED");
      assertThat(ada.closeCode()).isEqualTo(1008);
    }
  }

  /** A good token, but another's. */
  private String other() {
    return "\"" + server.token("eve") + "\"";
  }

  @Test
  void aBadTokenOfATransactionIsToldAndFourAreTooMany() {
    HaipPerson ada = official();
    for (int i = 0; i < 3; i++) {
      start(ada, NOBODY);
      assertThat(ada.error()).isEqualTo("AUTHENTICATION_FAILED");
      ada.echo();
    }
    start(ada, ",\"auth\":" + other());
    assertThat(ada.error()).isEqualTo("AUTHENTICATION_FAILED");
    assertThat(ada.closeCode()).isEqualTo(1008);
  }

  private static void start(HaipPerson ada, String more) {
    ada.say("USER", "TRANSACTION_START", "{\"toolName\":\"echo\"" + more + "}");
  }

  // Too many mistakes

  @Test
  void elevenViolationsAreTooManyAndTheSessionIsKept() {
    HaipPerson ada = official();
    for (int i = 0; i < 10; i++) {
      ada.raw("no message");
      assertThat(ada.error()).isEqualTo("PROTOCOL_VIOLATION");
      ada.echo();
    }
    ada.raw("no message");
    assertThat(ada.error()).isEqualTo("PROTOCOL_VIOLATION");
    assertThat(ada.closeCode()).isEqualTo(1008);
    greeted(resumes(again(ada), "\"" + ada.lastSeq() + "\"")).echo();
  }

  @Test
  void twentyOneOverdraftsAreTooMany() throws Exception {
    restart(Map.of("haip.seed.overdraft", "100"));
    HaipPerson ada = seed();
    for (int i = 0; i < 20; i++) {
      ada.payloadOf("USER", 5_000);
      assertThat(ada.error()).isEqualTo("FLOW_CONTROL_VIOLATION");
    }
    ada.echo();
    ada.payloadOf("USER", 5_000);
    assertThat(ada.error()).isEqualTo("FLOW_CONTROL_VIOLATION");
    assertThat(ada.closeCode()).isEqualTo(1008);
  }

  // Hello

  @Test
  void whoNeverSaysHaiIsToldAndClosed() throws Exception {
    restart(Map.of("haip.hello", "50ms", "haip.heartbeat.answer", "50ms"));
    HaipPerson ada = person();
    ada.next("HAI");
    JsonNode error = ada.next("ERROR").get("payload");
    assertThat(error.get("detail").get("reason").asString()).isEqualTo("NOT_HAI");
    assertThat(ada.closeCode()).isEqualTo(1008);
  }

  @Test
  void aMajorThatNobodySpeaksIsToldAndClosed() {
    HaipPerson ada = person();
    ada.say(
        "SYSTEM",
        "HAI",
        "{\"haip_version\":\"2.0.0\",\"accept_major\":[2],\"accept_events\":[\"HAI\"]}");
    assertThat(ada.error()).isEqualTo("VERSION_INCOMPATIBLE");
    assertThat(ada.closeCode()).isEqualTo(1008);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"haip_version\":7,\"accept_major\":\"1\",\"accept_events\":{}}",
        "{\"accept_major\":[1e400,-1,\"x\",1],\"capabilities\":[]}",
        "{\"capabilities\":{\"flow_control\":7,\"max_concurrent_runs\":-1}}",
        "{\"flow_control\":{\"enabled\":true,\"initial_credits\":-5}}",
        "{\"flow_control\":{\"enabled\":true,\"initial_credits\":1e400}}",
        "{\"capabilities\":{\"flow_control\":{\"initial_credit_messages\":0}}}"
      })
  void aStrangeHaiIsReadAsFarAsItMakesSense(String payload) {
    HaipPerson ada = person();
    ada.say("SYSTEM", "HAI", payload);
    greeted(ada).echo();
  }

  @Test
  void aSecondHaiChangesNothing() {
    HaipPerson ada = official();
    ada.official(1, 1);
    ada.seed();
    for (int i = 0; i < 5; i++) {
      ada.echo();
    }
    assertThat(ada.all.stream().filter(frame -> frame.get("type").asString().equals("HAI")))
        .hasSize(1);
  }

  @Test
  void sessionsThatComeAndGoLeaveNoLineBehind() throws Exception {
    restart(Map.of("haip.resume.age", "10ms"));
    try (HaipNeighbour eve = neighbour()) {
      for (int i = 0; i < 300; i++) {
        HaipPerson ada = official();
        ada.message("own", "word");
        ada.cut();
      }
      eve.hears(5);
      String stats = "";
      while (!stats.contains("\"sessions\":2,")) {
        eve.hears(20);
        stats = server.send(server.request("/stats").build()).body();
      }
    }
  }
}
