package io.sluice.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.Whom;
import io.sluice.core.log.DeferredBroker;
import io.sluice.core.log.Later;
import io.sluice.gateway.http.HttpRefusal;
import io.sluice.gateway.http.HttpReply;
import io.sluice.gateway.http.HttpRoute;
import io.sluice.model.CloseReason;
import io.sluice.model.Code;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Limits;
import io.sluice.model.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RestApiTest {
  private final Desk desk = new Desk();

  @Test
  void aTokensUserPublishesAMessageInItsName() {
    Desk.Reply reply =
        desk.post(
            "bob", "publish", "{\"channel\":\"news\",\"payload\":{\"n\":1.50},\"key\":\"k\"}");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text()).isEqualTo("{\"channel\":\"news\",\"epoch\":\"epoch\",\"offset\":1}");
    Draft draft = desk.log("news").getFirst().draft();
    assertThat(draft.kind()).isEqualTo(Draft.Kind.MESSAGE);
    assertThat(draft.from()).isEqualTo("bob");
    assertThat(draft.key()).isEqualTo("k");
    assertThat(desk.meter.publications()).isEqualTo(1);
  }

  @Test
  void aPayloadPassesByteForByte() {
    String payload = "{ \"b\" : 1.50e0,\"a\":\"\\u00e9 é 😀\" , \"n\":[ null ] }";
    desk.post("bob", "publish", " {\"payload\": " + payload + " , \"channel\":\"news\"}\n");
    desk.post("bob", "publish", "{\"payload\":null,\"channel\":\"news\"}");
    assertThat(desk.log("news"))
        .extracting(one -> new String(one.draft().payload().bytes(), UTF_8))
        .containsExactly(payload, "null");
  }

  @Test
  void anApiKeyPublishesInTheNameOfTheKey() {
    String body = "{\"channel\":\"news\",\"payload\":1}";
    assertThat(desk.post(Desk.SECRET, "publish", body).status()).isEqualTo(200);
    Desk.Reply other = Desk.reply(desk.begin("publish", body, "x-api-key", Desk.SECRET));
    assertThat(other.status()).isEqualTo(200);
    assertThat(desk.log("news")).extracting(one -> one.draft().from()).containsOnly("billing");
  }

  @Test
  void aRepetitionIsAppendedOnceAndGetsTheSameAnswer() {
    String body = "{\"channel\":\"news\",\"payload\":1,\"idempotencyKey\":\"i\"}";
    String first = desk.post("bob", "publish", body).text();
    assertThat(desk.post("bob", "publish", body).text()).isEqualTo(first);
    assertThat(desk.post("eve", "publish", body).json().path("offset").asInt()).isEqualTo(2);
    assertThat(desk.log("news")).hasSize(2);
  }

  @Test
  void aBroadcastIsTheServersOwnOnEveryChannelOnce() {
    Desk.Reply reply =
        desk.post("root", "broadcast", "{\"channels\":[\"b\",\"a\",\"b\"],\"payload\":[1]}");
    assertThat(reply.text())
        .isEqualTo(
            "{\"results\":[{\"channel\":\"b\",\"epoch\":\"epoch\",\"offset\":1},"
                + "{\"channel\":\"a\",\"epoch\":\"epoch\",\"offset\":1}]}");
    assertThat(desk.log("a")).extracting(one -> one.draft().from()).containsExactly((String) null);
    assertThat(desk.log("a"))
        .extracting(one -> one.draft().kind())
        .containsExactly(Draft.Kind.BROADCAST);
    assertThat(desk.post(Desk.SECRET, "broadcast", "{\"channel\":\"a\",\"payload\":1}").status())
        .isEqualTo(200);
  }

  @Test
  void aBroadcastWithOneBadNameDoesNothing() {
    Desk.Reply reply =
        desk.post("root", "broadcast", "{\"channels\":[\"a\",\"no way\"],\"payload\":1}");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.error().path("code").asString()).isEqualTo("invalid_channel");
    assertThat(desk.log("a")).isEmpty();
  }

  @Test
  void aBroadcastNeedsTheRightToIt() {
    Desk.Reply reply = desk.post("bob", "broadcast", "{\"channel\":\"a\",\"payload\":1}");
    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.error().path("code").asString()).isEqualTo("forbidden");
    assertThat(desk.log("a")).isEmpty();
    assertThat(desk.meter.faults(Code.FORBIDDEN)).isEqualTo(1);
  }

  @Test
  void nobodySpeaksWhereTheServersOwnServicesDo() {
    for (String token : List.of("root", Desk.SECRET)) {
      for (String channel : List.of("graph.city.5", "graph.city.changes")) {
        for (Desk.Reply reply :
            List.of(
                desk.post(
                    token, "broadcast", "{\"channels\":[\"a\",\"" + channel + "\"],\"payload\":1}"),
                desk.post(token, "publish", "{\"channel\":\"" + channel + "\",\"payload\":1}"))) {
          assertThat(reply.status()).isEqualTo(403);
          assertThat(reply.error().path("code").asString()).isEqualTo("forbidden");
        }
        assertThat(desk.log(channel)).isEmpty();
      }
    }
    assertThat(desk.log("a")).isEmpty();
  }

  @Test
  void whatTheBrokerCannotDoIsSaidForEachChannel() {
    Limits.Hub hub = new Limits.Hub(1, 1 << 20, 10, java.time.Duration.ofHours(1));
    Desk small = new Desk(limits(hub, 10), broker -> broker);
    Desk.Reply reply =
        small.post("root", "broadcast", "{\"channels\":[\"a\",\"b\"],\"payload\":1}");
    assertThat(reply.status()).isEqualTo(200);
    JsonNode results = reply.json().path("results");
    assertThat(results.get(0).path("offset").asInt()).isEqualTo(1);
    assertThat(results.get(1).path("channel").asString()).isEqualTo("b");
    assertThat(results.get(1).path("error").path("code").asString()).isEqualTo("channel_limit");
    Desk.Reply one = small.post("bob", "publish", "{\"channel\":\"b\",\"payload\":1}");
    assertThat(one.status()).isEqualTo(503);
    assertThat(one.headers()).containsKey("Retry-After");
    assertThat(one.error().path("details").path("kind").asString())
        .isEqualTo("service_unavailable");
  }

  private static Limits limits(Limits.Hub hub, int callsInFlight) {
    Limits usual = Limits.defaults(1 << 26);
    return new Limits(
        usual.log(),
        hub,
        usual.session(),
        usual.lane(),
        usual.socket(),
        new Limits.Http(8 << 10, 16 << 10, 1 << 20, 8_192, callsInFlight),
        usual.connections(),
        usual.json(),
        usual.token(),
        usual.presence());
  }

  @Test
  void moreCallsThanMayBeInFlightAreBusy() {
    Desk cramped = new Desk(limits(Limits.defaults(1 << 26).hub(), 1), broker -> broker);
    Map<String, List<String>> query = Map.of("channel", List.of("news"));
    CompletionStage<HttpReply> waiting =
        cramped.call("GET", "history", query, new byte[0], "authorization", "Bearer bob");
    Desk.Reply busy = cramped.post("bob", "publish", "{\"channel\":\"news\",\"payload\":1}");
    assertThat(busy.status()).isEqualTo(503);
    assertThat(busy.error().path("code").asString()).isEqualTo("busy");
    assertThat(cramped.log("news")).isEmpty();
    cramped.waiting.getFirst().failed(new Fault(Code.BROKER_UNAVAILABLE, "The broker is away"));
    assertThat(Desk.reply(waiting).error().path("code").asString()).isEqualTo("broker_unavailable");
    assertThat(cramped.post("bob", "publish", "{\"channel\":\"news\",\"payload\":1}").status())
        .isEqualTo(200);
  }

  @Test
  void anAnswerMayComeLater() {
    Later.Steps steps = Later.inSteps(1);
    Desk late = new Desk(Limits.defaults(1 << 26), broker -> new DeferredBroker(broker, steps));
    CompletionStage<HttpReply> reply =
        late.begin(
            "publish", "{\"channel\":\"news\",\"payload\":1}", "authorization", "Bearer bob");
    assertThat(reply.toCompletableFuture()).isNotDone();
    steps.settle();
    assertThat(Desk.reply(reply).status()).isEqualTo(200);
  }

  @Test
  void aServerThatStopsTakesNothing() {
    desk.api.stop();
    CompletionStage<HttpReply> reply =
        desk.begin(
            "publish", "{\"channel\":\"news\",\"payload\":1}", "authorization", "Bearer bob");
    assertThat(reply.toCompletableFuture()).isCompletedWithValue(refusal(Refusal.STOPPING));
    assertThat(desk.log("news")).isEmpty();
  }

  private static HttpReply refusal(Refusal refusal) {
    return new HttpRefusal(refusal);
  }

  @Test
  void whoDoesNotSayWhoHeIsIsRefused() {
    assertRefused(Refusal.NO_TOKEN);
    assertRefused(Refusal.NO_TOKEN, "authorization", "Basic Ym9iOmJvYg==");
    assertRefused(Refusal.NO_TOKEN, "authorization", "Bearer  ");
    assertRefused(Refusal.BAD_TOKEN, "authorization", "Bearer forged");
    assertRefused(Refusal.OVERLOAD, "authorization", "Bearer later");
    assertRefused(Refusal.BAD_API_KEY, "x-api-key", "nobody's");
    assertRefused(Refusal.BAD_API_KEY, "x-api-key", "bob");
    assertRefused(Refusal.BAD_API_KEY, "x-api-key", Desk.SECRET + "x");
    assertRefused(Refusal.BAD_API_KEY, "x-api-key", "x".repeat(5_000));
    assertRefused(
        Refusal.BAD_API_KEY, "x-api-key", Desk.SECRET, "authorization", "Bearer " + "bob");
    assertThat(desk.gatewayMeter.tokens())
        .containsEntry("signature", 13L)
        .containsEntry("jwks", 13L);
    assertThat(desk.log("news")).isEmpty();
  }

  private void assertRefused(Refusal refusal, String... headers) {
    for (HttpRoute route : desk.api.routes()) {
      if (!route.path().endsWith("openapi.json")) {
        String name = route.path().substring("/api/v1/".length());
        assertThat(
                desk.call(route.method(), name, Map.of(), new byte[0], headers)
                    .toCompletableFuture())
            .as("%s", route.path())
            .isCompletedWithValue(refusal(refusal));
      }
    }
  }

  @Test
  void ownConnectionsMayBeEndedByAnybody() {
    assertThat(desk.post("bob", "disconnect", "{\"connectionId\":\"c1\",\"reset\":true}").text())
        .isEqualTo("{\"disconnected\":2}");
    desk.post("bob", "disconnect", "{\"userId\":\"bob\"}");
    desk.post("root", "disconnect", "{\"connectionId\":\"c2\"}");
    desk.post(Desk.SECRET, "disconnect", "{\"userId\":\"bob\",\"reset\":false}");
    assertThat(desk.asked)
        .containsExactly(
            new Whom.Connection("c1", "bob") + " " + CloseReason.RESET,
            new Whom.User("bob") + " " + CloseReason.DISCONNECTED,
            new Whom.Connection("c2", null) + " " + CloseReason.DISCONNECTED,
            new Whom.User("bob") + " " + CloseReason.DISCONNECTED);
  }

  @Test
  void thoseOfOthersByRightOnly() {
    for (String body : List.of("{\"userId\":\"eve\"}", "{\"userId\":\"eve\",\"reset\":true}")) {
      assertThat(desk.post("bob", "disconnect", body).status()).isEqualTo(403);
    }
    // The key is called like a user, but is none.
    assertThat(desk.post(Desk.WEAK_SECRET, "disconnect", "{\"userId\":\"ada\"}").status())
        .isEqualTo(403);
    assertThat(desk.post(Desk.WEAK_SECRET, "disconnect", "{\"connectionId\":\"c\"}").status())
        .isEqualTo(403);
    assertThat(desk.asked).isEmpty();
  }

  @Test
  void infoSaysWhichServerItIsAndWhoTheCallerIs() {
    JsonNode info = desk.get("reader", "info", Map.of()).json();
    assertThat(info.path("version").asString()).isEqualTo("1.2.3");
    assertThat(info.path("uptimeSeconds").asInt()).isEqualTo(7);
    assertThat(info.path("timestamp").asLong()).isEqualTo(Desk.NOW.epochMillis());
    assertThat(info.path("limits").path("channelsPerRequest").asInt()).isEqualTo(64);
    assertThat(info.path("caller").toString())
        .isEqualTo(
            "{\"name\":\"reader\",\"kind\":\"token\",\"expiresAt\":4102444800000,\"publish\":[],"
                + "\"subscribe\":[\"news.>\"],\"broadcast\":[],\"disconnect\":false}");
    assertThat(desk.get(Desk.WEAK_SECRET, "info", Map.of()).json().path("caller").toString())
        .startsWith("{\"name\":\"ada\",\"kind\":\"apiKey\",\"role\":\"reader\",");
  }

  @Test
  void theDescriptionNamesEveryCallAndNothingElse() throws Exception {
    JsonNode api =
        JsonMapper.shared()
            .readTree(Desk.reply(desk.call("GET", "openapi.json", Map.of(), new byte[0])).text());
    assertThat(api.path("openapi").asString()).startsWith("3.1");
    List<String> described =
        api.path("paths").properties().stream()
            .flatMap(
                path ->
                    path.getValue().propertyNames().stream()
                        .map(method -> method.toUpperCase(java.util.Locale.ROOT) + path.getKey()))
            .toList();
    List<String> all =
        new ArrayList<>(
            desk.api.routes().stream().map(route -> route.method() + route.path()).toList());
    // The server's own pages.
    all.addAll(List.of("GET/health", "GET/health/ready", "GET/stats", "GET/metrics"));
    assertThat(described)
        .map(name -> name.replaceAll("\\{\\w+}$", ""))
        .containsExactlyInAnyOrderElementsOf(all);
    assertThat(api.findValuesAsString("$ref"))
        .allSatisfy(
            ref -> assertThat(api.at(ref.substring(1)).isMissingNode()).as("%s", ref).isFalse());
  }

  @Test
  void aKeyNeverPrintsItself() {
    ApiKey key = new ApiKey("a", ApiKey.digestOf(Desk.SECRET), null, io.sluice.model.Grants.ALL);
    assertThat(key.toString()).isEqualTo("ApiKey[a]");
    assertThat(ApiKey.digestFrom("zz".repeat(32))).isNull();
    assertThat(ApiKey.digestFrom("0A".repeat(32))).hasSize(32);
    assertThat(ApiKey.isSecret("x".repeat(31))).isFalse();
    assertThat(ApiKey.isSecret("x".repeat(32))).isTrue();
    assertThat(ApiKey.isSecret("x".repeat(257))).isFalse();
    assertThat(ApiKey.isSecret(" ".repeat(32))).isFalse();
    assertThatThrownBy(() -> new Desk().post("forged", "info", "{}")).isNotNull();
  }
}
