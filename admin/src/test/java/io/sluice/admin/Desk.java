package io.sluice.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.core.Meter;
import io.sluice.core.Ports;
import io.sluice.core.Switchboard;
import io.sluice.core.Tokens;
import io.sluice.core.Whom;
import io.sluice.core.log.Broker;
import io.sluice.core.log.HistoryReading;
import io.sluice.core.log.Log;
import io.sluice.core.log.MemoryBroker;
import io.sluice.gateway.GatewayMeter;
import io.sluice.gateway.TokenVerifier;
import io.sluice.gateway.TokenVerifier.Verdict;
import io.sluice.gateway.http.HttpAnswer;
import io.sluice.gateway.http.HttpCall;
import io.sluice.gateway.http.HttpRefusal;
import io.sluice.gateway.http.HttpReply;
import io.sluice.gateway.http.HttpRoute;
import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.ChannelSettings;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;
import io.sluice.model.Grants;
import io.sluice.model.HaipLimits;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.model.Position;
import io.sluice.model.Publication;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The API over fakes: a broker of its own, and ports that note what they were asked. */
final class Desk {
  static final String SECRET = "an API key of thirty-two bytes!!".replace(' ', '-');
  static final String WEAK_SECRET = "another-key-of-thirty-two-bytes!";
  static final Moment NOW = new Moment(1_000_000_000, 1_769_846_709_007L);
  static final JsonMapper JSON = JsonMapper.shared();
  private static final Namespaces NAMESPACES =
      new Namespaces(
          List.of(),
          ChannelSettings.of(Limits.Log.DEFAULTS),
          List.of(new ChannelPattern("graph.*.>")));

  final Meter meter = new Meter();
  final GatewayMeter gatewayMeter = new GatewayMeter();
  final MemoryBroker memory;
  final List<String> asked = new ArrayList<>();
  final List<HistoryReading.Answer> waiting = new ArrayList<>();
  Consumer<HistoryReading.Answer> history = answer -> waiting.add(answer);
  Event.@Nullable Presence presence =
      new Event.Presence(null, new ChannelName("news"), List.of(), 0);
  final FakeTalks talks = new FakeTalks();
  final FakeGraphs graphs = new FakeGraphs();
  final RestApi api;

  Desk() {
    this(Limits.defaults(1 << 26), broker -> broker);
  }

  Desk(Limits limits, UnaryOperator<Broker> front) {
    memory = new MemoryBroker(limits.hub(), NAMESPACES, () -> "epoch");
    ApiKeys keys =
        new ApiKeys(
            List.of(
                new ApiKey("billing", ApiKey.digestOf(SECRET), null, Grants.ADMIN),
                new ApiKey(
                    "ada", ApiKey.digestOf(WEAK_SECRET), "reader", grants(List.of(), "news"))));
    api =
        new RestApi(
            new RestApi.Parts(
                meter,
                new Authenticator(keys, verifier(), gatewayMeter),
                new Switchboard(
                        limits,
                        new Ports(
                            front.apply(memory),
                            io.sluice.core.presence.Presence.NONE,
                            Tokens.NONE,
                            NAMESPACES,
                            meter))
                    ::publish,
                this::history,
                channel -> presence,
                this::end,
                talks,
                graphs,
                new ServerView("1.2.3", () -> 7, () -> 5, () -> 4, () -> 3),
                NAMESPACES,
                limits,
                new HaipLimits.Http(8, 2),
                () -> NOW));
  }

  private static Grants grants(List<ChannelPattern> publish, String subscribe) {
    return new Grants(publish, List.of(new ChannelPattern(subscribe)));
  }

  /** The token is the user's name; some names have rights of their own. */
  private static TokenVerifier verifier() {
    return (token, now) ->
        CompletableFuture.completedStage(
            switch (token) {
              case "forged" -> new Verdict.Rejected("signature");
              case "later" -> new Verdict.Unavailable("jwks");
              case "root" -> accepted(token, "admin", Grants.ADMIN, Long.MAX_VALUE);
              case "reader" ->
                  accepted(token, null, grants(List.of(), "news.>"), 4_102_444_800_000L);
              default -> accepted(token, null, Grants.ALL, Long.MAX_VALUE);
            });
  }

  private static Verdict accepted(String user, String role, Grants grants, long end) {
    return new Verdict.Accepted(new Identity(user, role, grants, end));
  }

  private void history(
      ChannelName channel,
      @Nullable Position since,
      int limit,
      Moment now,
      HistoryReading.Answer answer) {
    asked.add("history " + channel + " " + since + " " + limit);
    history.accept(answer);
  }

  private void end(Whom whom, CloseReason reason, IntConsumer answer) {
    asked.add(whom + " " + reason);
    answer.accept(2);
  }

  /** Calls with a token, or with whatever headers. */
  CompletionStage<HttpReply> call(
      String method, String path, Map<String, List<String>> query, byte[] body, String... headers) {
    Map<String, String> all = new java.util.HashMap<>();
    for (int i = 0; i < headers.length; i += 2) {
      all.put(headers[i], headers[i + 1]);
    }
    HttpCall call = new HttpCall(method, "/api/v1/" + path, query, all, body, "192.0.2.7:5", false);
    return api.routes().stream()
        .filter(route -> route.method().equals(method) && leads(route, call.path()))
        .findFirst()
        .map(HttpRoute::handler)
        .orElseThrow()
        .handle(call)
        .thenApply(reply -> (HttpReply) reply);
  }

  private static boolean leads(HttpRoute route, String path) {
    return route.prefix() ? path.startsWith(route.path()) : route.path().equals(path);
  }

  CompletionStage<HttpReply> begin(String path, String body, String... headers) {
    return call("POST", path, Map.of(), body.getBytes(UTF_8), headers);
  }

  /** Posts with a token and expects an answer, not a refusal. */
  Reply post(String token, String path, String body) {
    return reply(begin(path, body, "authorization", "Bearer " + token));
  }

  Reply get(String token, String path, Map<String, List<String>> query) {
    return reply(call("GET", path, query, new byte[0], "authorization", "Bearer " + token));
  }

  static Reply reply(CompletionStage<HttpReply> stage) {
    HttpReply reply = stage.toCompletableFuture().getNow(null);
    if (reply instanceof HttpRefusal refused) {
      throw new AssertionError("refused: " + refused.refusal());
    }
    HttpAnswer answer = (HttpAnswer) reply;
    return new Reply(answer.status(), new String(answer.body(), UTF_8), answer.headers());
  }

  /** An answer, read. */
  record Reply(int status, String text, Map<String, String> headers) {
    JsonNode json() {
      return JSON.readTree(text);
    }

    JsonNode error() {
      return json().path("error");
    }
  }

  /** Everything in a channel's log. */
  List<Publication> log(String channel) {
    List<Publication> all = new ArrayList<>();
    memory.open(
        new ChannelName(channel),
        () -> {},
        NOW,
        new Broker.Opening() {
          @Override
          public void opened(Log log, long head) {
            for (long offset = 1; offset <= head; offset++) {
              all.add(log.entry(offset).publication());
            }
          }

          @Override
          public void failed(io.sluice.model.Fault fault) {
            throw new AssertionError(fault);
          }
        });
    return all;
  }
}
