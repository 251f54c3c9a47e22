package io.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.HaipStanding;
import io.sluice.model.HaipStanding.Amount;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class TalksCallTest {
  private final Desk desk = new Desk();

  private static HaipStanding standing(String session, String user) {
    return new HaipStanding(
        session,
        user,
        true,
        "official",
        List.of(
            new HaipStanding.Channel(
                "AGENT",
                3,
                4L,
                5,
                1,
                250,
                2,
                new Amount(7L, -8),
                new Amount(null, 9),
                null,
                true,
                false)));
  }

  @BeforeEach
  void people() {
    desk.talks.add(standing("a", "bob"));
    desk.talks.add(standing("b", "eve"));
    desk.talks.add(standing("c", "bob"));
    desk.talks.add(standing("d", "eve"));
    desk.talks.add(standing("e", "bob"));
  }

  private static List<String> names(Desk.Reply reply) {
    return reply
        .json()
        .get("sessions")
        .valueStream()
        .map(one -> one.get("session").asString())
        .toList();
  }

  @Test
  void anAdministratorSeesAllPageByPage() {
    Desk.Reply first = desk.get("root", "haip/sessions", Map.of());
    assertThat(first.status()).isEqualTo(200);
    assertThat(names(first)).containsExactly("a", "b");
    assertThat(first.json().get("next").asString()).isEqualTo("b");
    Desk.Reply last =
        desk.get("root", "haip/sessions", Map.of("after", List.of("d"), "limit", List.of("1")));
    assertThat(names(last)).containsExactly("e");
    assertThat(last.json().has("next")).isFalse();
  }

  @Test
  void aPersonSeesItsOwn() {
    Desk.Reply page = desk.get("eve", "haip/sessions", Map.of());
    assertThat(names(page)).containsExactly("b", "d");
    assertThat(page.json().has("next")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "3", "x", "1.5"})
  void aPageIsNoLargerThanTheServerWants(String limit) {
    Desk.Reply reply = desk.get("root", "haip/sessions", Map.of("limit", List.of(limit)));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.error().get("code").asString()).isEqualTo("invalid_field");
    assertThat(reply.error().get("details").get("field").asString()).isEqualTo("limit");
  }

  @Test
  void noNameIsAsLongAsThat() {
    Desk.Reply reply = desk.get("root", "haip/sessions", Map.of("after", List.of("x".repeat(65))));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.error().get("details").get("field").asString()).isEqualTo("after");
  }

  @Test
  void oneIsShownWithAllThatIsKnownOfItsChannels() {
    JsonNode one = desk.get("bob", "haip/sessions/a", Map.of()).json();
    assertThat(one)
        .isEqualTo(
            Desk.JSON.readTree(
                """
                {"session":"a","user":"bob","connected":true,"dialect":"official","channels":[
                  {"channel":"AGENT","sent":3,"queued":4,"received":5,"unhandled":1,
                   "latencyMicros":250,"pressureEvents":2,"credit":{"messages":7,"units":-8},
                   "allowance":{"units":9},"pausedByPerson":true,"pausedByServer":false}]}
                """));
  }

  @Test
  void whatIsAnothersIsNotThere() {
    for (String session : List.of("b", "nobody", "")) {
      Desk.Reply reply = desk.get("bob", "haip/sessions/" + session, Map.of());
      assertThat(reply.status()).isEqualTo(404);
      assertThat(reply.error().get("code").asString()).isEqualTo("not_found");
    }
    assertThat(desk.get("root", "haip/sessions/b", Map.of()).status()).isEqualTo(200);
  }

  @Test
  void aProgramNeedsTheRole() {
    Desk.Reply reply =
        Desk.reply(
            desk.call("GET", "haip/sessions", Map.of(), new byte[0], "x-api-key", Desk.SECRET));
    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.error().get("code").asString()).isEqualTo("forbidden");
  }
}
