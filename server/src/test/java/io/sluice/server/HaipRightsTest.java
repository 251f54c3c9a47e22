package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.ChannelPattern;
import io.sluice.model.Code;
import io.sluice.server.auth.TokenIssuer;
import java.io.BufferedReader;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Who may watch a person's session, or answer in it, from the hub: whose token grants the channel
 * and has the role besides.
 */
class HaipRightsTest extends HaipHouse {
  /** Of each of the rules for a session's channels, and one of its own. */
  private static final List<String> CHANNELS = List.of("AGENT", "AUDIO_IN", "AUDIO_OUT", "notes");

  /** Whose token it is. */
  private enum Who {
    STRANGER(null, null, false),
    OTHER_ROLE("reader", null, false),
    AGENT("agent", null, true),
    ADMIN("admin", null, true),
    STRANGER_WITH_A_GRANT(null, "haip.%s.%s", false),
    AGENT_WITH_A_GRANT("agent", "haip.%s.%s", true),
    AGENT_FOR_ANOTHER_CHANNEL("agent", "haip.%s.%s_", false),
    AGENT_FOR_ANOTHER_SESSION("agent", "haip.x%s.%s", false);

    private final String role;

    /** Of a session's name and a channel's; null for a token that names no channels. */
    private final String grant;

    private final boolean allowed;

    Who(String role, String grant, boolean allowed) {
      this.role = role;
      this.grant = grant;
      this.allowed = allowed;
    }

    private TokenIssuer.Request token(String session, String channel) {
      List<ChannelPattern> granted =
          grant == null ? null : List.of(new ChannelPattern(grant.formatted(session, channel)));
      return new TokenIssuer.Request("eve", role, granted, granted);
    }
  }

  private enum Door {
    NEXUS,
    REST
  }

  private enum Wish {
    PUBLISH,
    SUBSCRIBE,
    HISTORY
  }

  static Stream<Arguments> wishes() {
    return Arrays.stream(Who.values())
        .flatMap(
            who ->
                Stream.of(
                    Arguments.of(Door.NEXUS, Wish.PUBLISH, who),
                    Arguments.of(Door.NEXUS, Wish.SUBSCRIBE, who),
                    Arguments.of(Door.NEXUS, Wish.HISTORY, who),
                    Arguments.of(Door.REST, Wish.PUBLISH, who),
                    Arguments.of(Door.REST, Wish.HISTORY, who)));
  }

  @ParameterizedTest
  @MethodSource("wishes")
  void whoHasTheGrantAndTheRoleIsLetInAndNobodyElse(Door door, Wish wish, Who who)
      throws Exception {
    HaipPerson ada = person().official(100, 100_000);
    ada.next("HAI");
    for (String channel : CHANNELS) {
      ada.message(channel, "ada's own");
    }
    ada.roundTrip();
    for (String channel : CHANNELS) {
      String token =
          server
              .sluice()
              .developer()
              .issue(
                  who.token(ada.session, channel),
                  Duration.ofMinutes(5),
                  System.currentTimeMillis());
      String told =
          switch (door) {
            case NEXUS -> nexus(wish, ada.session, channel, token);
            case REST -> rest(wish, onHub(ada.session, channel).value(), token);
          };
      if (who.allowed) {
        assertThat(told).as(channel).doesNotContain(Code.FORBIDDEN.text());
        isGranted(wish, told, ada, channel);
      } else {
        assertThat(told)
            .as(channel)
            .contains("\"" + Code.FORBIDDEN.text() + "\"")
            .doesNotContain("ada's own");
      }
    }
    if (!who.allowed) {
      ada.roundTrip();
      assertThat(ada.hasMessage()).isFalse();
    }
  }

  private static void isGranted(Wish wish, String told, HaipPerson ada, String channel) {
    if (wish == Wish.PUBLISH) {
      JsonNode heard = ada.next("MESSAGE_START");
      assertThat(heard.get("channel").asString()).isEqualTo(channel);
      assertThat(heard.get("payload").get("text").asString()).isEqualTo("eve's");
    } else {
      assertThat(told).contains("ada's own");
    }
  }

  /** The answer, and of a subscription what comes first behind it. */
  private String nexus(Wish wish, String session, String channel, String token) throws Exception {
    String line =
        switch (wish) {
          case PUBLISH -> "\"action\":\"publish\",\"ack\":true,\"payload\":\"eve's\"";
          case SUBSCRIBE -> "\"action\":\"subscribe\"";
          case HISTORY -> "\"action\":\"history\",\"limit\":1";
        };
    HttpRequest request =
        request(token, "/stream")
            .POST(
                BodyPublishers.ofString(
                    "{%s,\"id\":7,\"channel\":\"%s\"}"
                        .formatted(line, onHub(session, channel).value())))
            .build();
    try (BufferedReader lines = server.open(request)) {
      String answer = lines.readLine();
      while (!answer.contains("\"id\":7")) {
        answer = lines.readLine();
      }
      if (wish == Wish.SUBSCRIBE && answer.contains("\"subscribed\"")) {
        answer(session, channel, "\"ada's own\"").join();
        answer += lines.readLine();
      }
      return answer;
    }
  }

  private String rest(Wish wish, String onHub, String token) throws Exception {
    HttpRequest.Builder request =
        switch (wish) {
          case PUBLISH ->
              request(token, "/api/v1/publish")
                  .POST(
                      BodyPublishers.ofString(
                          "{\"channel\":\"%s\",\"payload\":\"eve's\"}".formatted(onHub)));
          case HISTORY -> request(token, "/api/v1/history?limit=1&channel=" + onHub);
          case SUBSCRIBE -> throw new IllegalArgumentException("nobody subscribes over REST");
        };
    HttpResponse<String> answer = server.send(request.build());
    assertThat(answer.statusCode()).isIn(200, 403);
    return answer.body();
  }

  private HttpRequest.Builder request(String token, String path) {
    return HttpRequest.newBuilder(server.at(path)).header("Authorization", "Bearer " + token);
  }
}
