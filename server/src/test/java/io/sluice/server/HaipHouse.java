package io.sluice.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.core.log.Broker;
import io.sluice.core.log.HistoryReading;
import io.sluice.model.ChannelName;
import io.sluice.model.Draft;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Position;
import io.sluice.protocol.json.JsonPayload;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server that speaks HAIP, people, and programs of the hub that answer them. */
abstract class HaipHouse {
  static final JsonMapper JSON = new JsonMapper();

  RunningServer server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningServer(settings(given()));
  }

  /** What the server of these tests is given. */
  Map<String, String> given() {
    return Map.of();
  }

  /** Two lanes, and nobody who answers unless the test wants somebody. */
  private static Map<String, String> settings(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.putIfAbsent("haip.agent", "none");
    settings.putIfAbsent("lanes", "2");
    return settings;
  }

  final void restart(Map<String, String> more) throws Exception {
    restart(more, UnaryOperator.identity());
  }

  /** With something in front of the broker. */
  final void restart(Map<String, String> more, UnaryOperator<Broker> front) throws Exception {
    Map<String, String> all = new HashMap<>(given());
    all.putAll(more);
    server.restart(settings(all), front);
  }

  @AfterEach
  void close() {
    server.close();
  }

  final HaipPerson person(String user, String session) {
    return new HaipPerson(server.http, at(user), session);
  }

  final HaipPerson person() {
    return person("ada", HaipPerson.id());
  }

  /** The same person on another line, which goes on counting. */
  final HaipPerson again(HaipPerson before) {
    return new HaipPerson(server.http, at("ada"), before.session, before.said());
  }

  final URI at(String user) {
    return at(user, server.token(user));
  }

  final URI at(String user, String token) {
    return URI.create("ws://127.0.0.1:" + server.port() + "/haip/websocket?token=" + token);
  }

  static Moment now() {
    return new Moment(System.nanoTime(), System.currentTimeMillis());
  }

  static ChannelName onHub(String session, String channel) {
    return new ChannelName("haip." + session + "." + channel);
  }

  /** What an agent on the hub says; what became of it. */
  final CompletableFuture<Position> answer(HaipPerson to, String channel, String json) {
    return answer(to.session, channel, json);
  }

  final CompletableFuture<Position> answer(String session, String channel, String json) {
    CompletableFuture<Position> outcome = new CompletableFuture<>();
    server
        .switchboard()
        .publish(
            new Draft(
                onHub(session, channel),
                Draft.Kind.MESSAGE,
                "bot",
                JsonPayload.of(json.getBytes(UTF_8), Limits.Json.DEFAULTS),
                null,
                null,
                "agent"),
            now(),
            new Broker.Receipt() {
              @Override
              public void appended(Position position) {
                outcome.complete(position);
              }

              @Override
              public void failed(Fault fault) {
                outcome.completeExceptionally(new IllegalStateException(fault.code().text()));
              }
            });
    return outcome;
  }

  final void answerEach(HaipPerson to, int from, int until) {
    IntStream.range(from, until).forEach(i -> answer(to, "AGENT", "\"" + i + "\"").join());
  }

  static List<String> texts(HaipPerson person, int count) {
    return IntStream.range(0, count).mapToObj(i -> person.text()).toList();
  }

  static List<String> numbers(int from, int until) {
    return IntStream.range(from, until).mapToObj(Integer::toString).toList();
  }

  /** What the hub has on a channel of somebody's. */
  final List<JsonNode> history(HaipPerson person, String channel) {
    CompletableFuture<List<JsonNode>> answer = new CompletableFuture<>();
    server
        .switchboard()
        .history(
            onHub(person.session, channel),
            null,
            100,
            now(),
            new HistoryReading.Answer() {
              @Override
              public void read(Event.History history) {
                answer.complete(
                    history.publications().stream()
                        .map(one -> JSON.readTree(one.draft().payload().bytes()))
                        .toList());
              }

              @Override
              public void failed(Fault fault) {
                answer.completeExceptionally(new AssertionError(fault));
              }
            });
    return answer.join();
  }
}
