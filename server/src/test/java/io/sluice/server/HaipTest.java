package io.sluice.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.log.Broker;
import io.sluice.model.ChannelName;
import io.sluice.model.Code;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Position;
import io.sluice.protocol.json.JsonPayload;
import io.sluice.server.auth.TokenIssuer;
import io.sluice.server.config.Settings;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** HAIP through a whole server and its sockets, with programs of the hub as agents. */
class HaipTest {
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private Sluice sluice;

  @BeforeEach
  void start() throws Exception {
    start(Map.of());
  }

  private void start(Map<String, String> more) throws Exception {
    Map<String, String> flags = new HashMap<>(more);
    flags.putIfAbsent("telemetry.enabled", "false");
    flags.putIfAbsent("haip.agent", "none");
    flags.putIfAbsent("lanes", "2");
    sluice = Sluice.start(Settings.load(flags, null, Map.of()).withPort(0));
  }

  private void restart(Map<String, String> more) throws Exception {
    sluice.close();
    start(more);
  }

  @AfterEach
  void close() {
    http.shutdownNow();
    sluice.close();
  }

  private String token(String user) {
    return sluice
        .developer()
        .issue(TokenIssuer.Request.of(user), Duration.ofMinutes(5), System.currentTimeMillis());
  }

  private HaipPerson person(String user, String session) {
    return new HaipPerson(http, at(user), session);
  }

  private HaipPerson person() {
    return person("ada", HaipPerson.id());
  }

  private URI at(String user) {
    return URI.create("ws://127.0.0.1:" + sluice.port() + "/haip/websocket?token=" + token(user));
  }

  /** What an agent on the hub says; what became of it. */
  private CompletableFuture<Position> answer(HaipPerson to, String channel, String json) {
    CompletableFuture<Position> outcome = new CompletableFuture<>();
    sluice
        .switchboard()
        .publish(
            new Draft(
                new ChannelName("haip." + to.session + "." + channel),
                Draft.Kind.MESSAGE,
                "bot",
                JsonPayload.of(json.getBytes(UTF_8), Limits.Json.DEFAULTS),
                null,
                null,
                "agent"),
            new Moment(System.nanoTime(), System.currentTimeMillis()),
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

  private void answerEach(HaipPerson to, int from, int until) {
    IntStream.range(from, until).forEach(i -> answer(to, "AGENT", "\"" + i + "\"").join());
  }

  private static List<String> texts(HaipPerson person, int count) {
    return IntStream.range(0, count).mapToObj(i -> person.text()).toList();
  }

  private static List<String> numbers(int from, int until) {
    return IntStream.range(from, until).mapToObj(Integer::toString).toList();
  }

  /** What the hub has on a channel of somebody's. */
  private List<JsonNode> onHub(HaipPerson person, String channel) {
    CompletableFuture<List<JsonNode>> answer = new CompletableFuture<>();
    sluice
        .switchboard()
        .history(
            new ChannelName("haip." + person.session + "." + channel),
            null,
            100,
            new Moment(System.nanoTime(), System.currentTimeMillis()),
            new io.sluice.core.log.HistoryReading.Answer() {
              @Override
              public void read(io.sluice.model.Event.History history) {
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

  // Both grammars

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatPersonSaysIsOnTheHubAndWhatTheHubSaysComesToThePerson(boolean official) {
    HaipPerson ada = official ? person().official(100, 100_000) : person().seed();
    JsonNode hai = ada.next("HAI");
    assertThat(hai.get("session").asString()).isEqualTo(ada.session);
    assertThat(hai.get("payload").get("flow_control").get("initial_credits").asInt())
        .isEqualTo(1_000);
    assertThat(hai.get("payload").get("capabilities").has("flow_control")).isTrue();
    ada.message("USER", "hello");
    if (official) {
      ada.roundTrip();
    } else {
      // It knows no PING; the echo of a pause comes as surely behind what was said before.
      ada.say("SYSTEM", "PAUSE_CHANNEL", "{\"channel\":\"AUDIO_IN\"}");
      ada.next("PAUSE_CHANNEL");
    }
    answer(ada, "AGENT", "\"hi\"").join();
    JsonNode told = ada.next("MESSAGE_START");
    assertThat(told.get("channel").asString()).isEqualTo("AGENT");
    assertThat(told.get("payload").get("text").asString()).isEqualTo("hi");
    if (official) {
      assertThat(told.get("ack").asString()).isEqualTo("3");
    }
    JsonNode heard = onHub(ada, "USER").getFirst();
    assertThat(heard.get("type").asString()).isEqualTo("MESSAGE_START");
    assertThat(heard.get("payload").get("text").asString()).isEqualTo("hello");
    assertThat(heard.has("session")).isFalse();
  }

  @Test
  void serverSpeaksFirstToWhoWaits() {
    HaipPerson ada = person();
    String given = ada.next("HAI").get("session").asString();
    ada.official(10, 10_000);
    ada.message("USER", "hello");
    answer(new HaipPerson(http, at("bob"), given), "AGENT", "1");
    ada.roundTrip();
    assertThat(ada.all.stream().filter(one -> one.get("type").asString().equals("HAI"))).hasSize(1);
  }

  @Test
  void envelopesOfAgentsComeAsTheyAreAndForTypesThatAreTaken() {
    HaipPerson ada = person().official(100, 100_000);
    ada.next("HAI");
    String id = HaipPerson.id();
    answer(
            ada,
            "AGENT",
            "{\"id\":\"%s\",\"ts\":\"1\",\"type\":\"TOOL_LIST\",\"payload\":{\"tools\":[]}}"
                .formatted(id))
        .join();
    answer(
            ada,
            "AGENT",
            "{\"id\":\"%s\",\"ts\":\"12\",\"type\":\"MESSAGE_PART\",\"payload\":{\"message_id\":\"%s\",\"text\":\"x\"},\"run_id\":\"%s\"}"
                .formatted(id, id, id))
        .join();
    JsonNode told = ada.next("TOOL_LIST", "MESSAGE_PART");
    assertThat(told.get("type").asString()).isEqualTo("MESSAGE_PART");
    assertThat(told.get("id").asString()).isEqualTo(id);
    assertThat(told.get("ts").asString()).isEqualTo("12");
    assertThat(told.get("run_id").asString()).isEqualTo(id);
  }

  @Test
  void binaryComesAsAFrameBehindItsEnvelope() {
    HaipPerson ada = person().official(100, 100_000);
    ada.next("HAI");
    answer(
            ada,
            "AUDIO_OUT",
            "{\"id\":\"%s\",\"ts\":\"1\",\"type\":\"AUDIO_CHUNK\",\"payload\":{\"message_id\":\"%s\",\"mime\":\"audio/opus\",\"data\":\"AAECAw==\"},\"bin_mime\":\"audio/opus\"}"
                .formatted(HaipPerson.id(), HaipPerson.id()))
        .join();
    JsonNode envelope = ada.next("AUDIO_CHUNK");
    assertThat(envelope.get("bin_len").asInt()).isEqualTo(4);
    assertThat(envelope.get("payload").has("data")).isFalse();
    assertThat(ada.next("binary").get("bytes").asInt()).isEqualTo(4);
  }

  // Credit and pause

  @Test
  void creditOfThePersonIsTheCursorsCredit() {
    HaipPerson ada = person().official(3, 100_000);
    ada.next("HAI");
    answerEach(ada, 0, 5);
    assertThat(texts(ada, 3)).isEqualTo(numbers(0, 3));
    ada.roundTrip();
    assertThat(ada.hasMessage()).isFalse();
    ada.grant("AGENT", 1, 1);
    assertThat(ada.text()).isEqualTo("3");
    ada.roundTrip();
    assertThat(ada.hasMessage()).isFalse();
  }

  @Test
  void creditMayComeBeforeThereIsAChannel() {
    HaipPerson ada = person().official(1, 100_000);
    ada.next("HAI");
    ada.grant("AGENT", 2, 1);
    ada.roundTrip();
    answerEach(ada, 0, 5);
    assertThat(texts(ada, 3)).isEqualTo(numbers(0, 3));
    ada.roundTrip();
    assertThat(ada.hasMessage()).isFalse();
  }

  @Test
  void pausedChannelWaitsAndDrainsInOrder() {
    HaipPerson ada = person().seed();
    ada.next("HAI");
    answer(ada, "AGENT", "\"first\"").join();
    assertThat(ada.text()).isEqualTo("first");
    ada.say("SYSTEM", "PAUSE_CHANNEL", "{\"channel\":\"AGENT\"}");
    ada.next("PAUSE_CHANNEL");
    answerEach(ada, 0, 3);
    ada.say("SYSTEM", "RESUME_CHANNEL", "{\"channel\":\"AGENT\"}");
    ada.next("RESUME_CHANNEL");
    assertThat(ada.all.stream().map(one -> one.get("type").asString()))
        .containsExactly("HAI", "MESSAGE_START", "PAUSE_CHANNEL", "RESUME_CHANNEL");
    assertThat(texts(ada, 3)).isEqualTo(numbers(0, 3));
  }

  @Test
  void agentWaitsForItsReader() {
    HaipPerson ada = person().official(2, 1 << 20);
    ada.next("HAI");
    String large = "\"" + "x".repeat(20_000) + "\"";
    List<CompletableFuture<Position>> outcomes =
        IntStream.range(0, 10).mapToObj(i -> answer(ada, "AGENT", large)).toList();
    ada.next("MESSAGE_START");
    ada.next("MESSAGE_START");
    // Over no connection nobody may wait: it is told so, and nothing is lost of what was taken.
    assertThat(outcomes.getLast()).isCompletedExceptionally();
    int taken = (int) outcomes.stream().filter(one -> !one.isCompletedExceptionally()).count();
    assertThat(taken).isBetween(3, 5);
    ada.grant("AGENT", 100, 1);
    texts(ada, taken - 2);
    ada.roundTrip();
    answer(ada, "AGENT", large).join();
    ada.text();
  }

  // Coming back

  @Test
  void whoComesBackGetsAllInOrderAndOnce() {
    HaipPerson ada = person().official(1_000, 1 << 20);
    ada.next("HAI");
    answerEach(ada, 0, 10);
    assertThat(texts(ada, 6)).isEqualTo(numbers(0, 6));
    long last =
        ada.all.stream()
            .mapToLong(one -> Long.parseLong(one.get("seq").asString()))
            .max()
            .getAsLong();
    ada.cut();
    answerEach(ada, 10, 20);
    HaipPerson again = new HaipPerson(http, at("ada"), ada.session, ada.said());
    again.official(1_000, 1 << 20, ",\"last_rx_seq\":\"" + last + "\"");
    assertThat(again.next("HAI", "ERROR").get("type").asString()).isEqualTo("HAI");
    answerEach(again, 20, 30);
    assertThat(texts(again, 24)).isEqualTo(numbers(6, 30));
    List<Long> seqs =
        again.all.stream()
            .filter(one -> one.get("type").asString().startsWith("MESSAGE"))
            .map(one -> Long.parseLong(one.get("seq").asString()))
            .toList();
    assertThat(seqs.getFirst()).isEqualTo(last + 1);
    assertThat(seqs).isSorted().doesNotHaveDuplicates();
    again.roundTrip();
    assertThat(again.hasMessage()).isFalse();
  }

  @Test
  void whoComesBackGetsWhatCameOnEachOfItsChannels() throws Exception {
    restart(Map.of("lanes", "1"));
    HaipPerson ada = person().official(1_000, 1 << 20);
    ada.next("HAI");
    List<String> channels = List.of("USER", "AGENT", "SYSTEM", "notes", "more");
    for (String channel : channels) {
      answer(ada, channel, "\"before " + channel + "\"").join();
      assertThat(ada.text()).isEqualTo("before " + channel);
    }
    ada.cut();
    for (String channel : channels) {
      answer(ada, channel, "\"away " + channel + "\"").join();
    }
    HaipPerson again = new HaipPerson(http, at("ada"), ada.session, ada.said());
    again.official(1_000, 1 << 20, ",\"last_rx_seq\":\"" + ada.lastSeq() + "\"");
    again.next("HAI");
    assertThat(texts(again, channels.size()))
        .containsExactlyInAnyOrderElementsOf(
            channels.stream().map(channel -> "away " + channel).toList());
  }

  @Test
  void creditIsNoMoreAndNoLessWhenTheLineHasBeenCut() {
    HaipPerson ada = person().official(3, 100_000);
    ada.next("HAI");
    ada.grant("AGENT", 1, 1);
    answerEach(ada, 0, 9);
    assertThat(texts(ada, 4)).isEqualTo(numbers(0, 4));
    ada.roundTrip();
    ada.cut();
    HaipPerson again = new HaipPerson(http, at("ada"), ada.session, ada.said());
    again.official(3, 100_000, ",\"last_rx_seq\":\"" + ada.lastSeq() + "\"");
    again.next("HAI");
    again.roundTrip();
    assertThat(again.hasMessage()).isFalse();
    again.grant("AGENT", 2, 1);
    assertThat(texts(again, 2)).isEqualTo(numbers(4, 6));
    again.roundTrip();
    assertThat(again.hasMessage()).isFalse();
  }

  @Test
  void whoComesAgainTakesOverFromItsOldLine() {
    HaipPerson ada = person().official(1_000, 1 << 20);
    ada.next("HAI");
    answerEach(ada, 0, 3);
    assertThat(texts(ada, 3)).isEqualTo(numbers(0, 3));
    HaipPerson again = new HaipPerson(http, at("ada"), ada.session, ada.said());
    again.official(1_000, 1 << 20, ",\"last_rx_seq\":\"" + ada.lastSeq() + "\"");
    again.next("HAI");
    assertThat(ada.closeCode()).isEqualTo(1008);
    answerEach(again, 3, 6);
    assertThat(texts(again, 3)).isEqualTo(numbers(3, 6));
  }

  @Test
  void nobodyGoesOnInAnothersSession() {
    HaipPerson ada = person().official(10, 10_000);
    ada.next("HAI");
    HaipPerson eve = person("eve", ada.session);
    eve.official(10, 10_000, ",\"last_rx_seq\":\"0\"");
    assertThat(eve.next("HAI").get("session").asString()).isNotEqualTo(ada.session);
    assertThat(eve.next("ERROR").get("payload").get("code").asString()).isEqualTo("RESUME_FAILED");
    answerEach(ada, 0, 1);
    assertThat(ada.text()).isEqualTo("0");
    eve.roundTrip();
    assertThat(eve.hasMessage()).isFalse();
  }

  @Test
  void sessionThatIsOverIsNotGoneOnWith() throws Exception {
    restart(Map.of("haip.resume.age", "10ms"));
    HaipPerson ada = person().official(10, 10_000);
    ada.next("HAI");
    answerEach(ada, 0, 1);
    ada.text();
    ada.cut();
    HaipPerson again = null;
    String said;
    do {
      if (again != null) {
        again.cut();
      }
      again = new HaipPerson(http, at("ada"), ada.session, ada.said());
      again.official(10, 10_000, ",\"last_rx_seq\":\"" + ada.lastSeq() + "\"");
      said = again.next("HAI", "ERROR").get("type").asString();
      again.roundTrip();
    } while (again.all.stream().noneMatch(one -> one.get("type").asString().equals("PONG")));
    assertThat(said).isEqualTo("HAI");
  }

  // Agents of the house

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void echoAgentSaysBackWhatItHearsOnAgent(boolean official) throws Exception {
    restart(Map.of("haip.agent", "echo"));
    HaipPerson ada = official ? person().official(1_000, 1 << 20) : person().seed();
    ada.next("HAI");
    // More than a window at once is the seed's way; in the official grammar it would be a mistake.
    int count = official ? 30 : 300;
    IntStream.range(0, count).forEach(i -> ada.message("USER", "word " + i));
    for (int i = 0; i < count; i++) {
      JsonNode told = ada.next("MESSAGE_START");
      assertThat(told.get("channel").asString()).isEqualTo("AGENT");
      assertThat(told.get("payload").get("text").asString()).isEqualTo("word " + i);
    }
  }

  @Test
  void demoAgentStreamsItsAnswerInARunWithACallInTheMiddle() throws Exception {
    restart(Map.of("haip.agent", "demo"));
    HaipPerson ada = person();
    ada.say(
        "SYSTEM",
        "HAI",
        "{\"haip_version\":\"1.1.2\",\"accept_major\":[1],\"accept_events\":[%s,\"RUN_STARTED\",\"RUN_FINISHED\",\"TOOL_CALL\",\"TOOL_DONE\"]}"
            .formatted(HaipPerson.ALL));
    ada.message("USER", "what is 2 and 3");
    JsonNode run = ada.next("RUN_STARTED");
    JsonNode done = ada.next("TOOL_DONE");
    assertThat(done.get("run_id")).isEqualTo(run.get("run_id"));
    ada.next("RUN_FINISHED");
    String said =
        ada.all.stream()
            .filter(one -> one.get("type").asString().startsWith("MESSAGE_"))
            .map(one -> one.get("payload").path("text").asString(""))
            .collect(java.util.stream.Collectors.joining());
    assertThat(said).startsWith("You said: what is 2 and 3").contains("5");
  }

  // Without a WebSocket

  @Test
  void eventsAndPostsAreOneConversation() throws Exception {
    String session = HaipPerson.id();
    HttpResponse<InputStream> events =
        http.send(request("/haip/sse?session=" + session).build(), BodyHandlers.ofInputStream());
    assertThat(events.statusCode()).isEqualTo(200);
    BufferedReader lines = new BufferedReader(new InputStreamReader(events.body(), UTF_8));
    String hai =
        "{\"haip_version\":\"1.1.2\",\"accept_major\":[1],\"accept_events\":["
            + HaipPerson.ALL
            + "]}";
    assertThat(post(session, HaipPerson.envelope(session, 1, "SYSTEM", "HAI", hai)))
        .isEqualTo("{\"status\":\"ok\"}");
    assertThat(event(lines).get("type").asString()).isEqualTo("HAI");
    String text = "{\"message_id\":\"%s\",\"text\":\"hello\"}".formatted(HaipPerson.id());
    post(session, HaipPerson.envelope(session, 2, "USER", "MESSAGE_START", text));
    sluice
        .switchboard()
        .broadcast(
            new ChannelName("haip." + session + ".AGENT"),
            JsonPayload.of("\"hi\"".getBytes(UTF_8), Limits.Json.DEFAULTS),
            new Moment(System.nanoTime(), System.currentTimeMillis()),
            new Ignored());
    JsonNode told = event(lines);
    while (!told.get("type").asString().equals("MESSAGE_START")) {
      told = event(lines);
    }
    assertThat(told.get("payload").get("text").asString()).isEqualTo("hi");
    lines.close();
  }

  private static final class Ignored implements Broker.Receipt {
    @Override
    public void appended(Position position) {}

    @Override
    public void failed(Fault fault) {
      throw new AssertionError(fault);
    }
  }

  @Test
  void linesGoBothWays() throws Exception {
    String session = HaipPerson.id();
    String hai =
        "{\"haip_version\":\"1.1.2\",\"accept_major\":[1],\"accept_events\":["
            + HaipPerson.ALL
            + "]}";
    String body =
        HaipPerson.envelope(session, 1, "SYSTEM", "HAI", hai)
            + "\n"
            + HaipPerson.envelope(session, 2, "SYSTEM", "PING", "{\"nonce\":\"n\"}");
    HttpResponse<InputStream> answer =
        http.send(
            request("/haip/stream").POST(BodyPublishers.ofString(body)).build(),
            BodyHandlers.ofInputStream());
    BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), UTF_8));
    assertThat(JSON.readTree(lines.readLine()).get("type").asString()).isEqualTo("HAI");
    assertThat(JSON.readTree(lines.readLine()).get("type").asString()).isEqualTo("PONG");
    lines.close();
  }

  @Test
  void whoSpeaksToASessionThatIsNotItsOwnIsToldThatThereIsNone() throws Exception {
    HaipPerson ada = person().official(10, 10_000);
    ada.next("HAI");
    HttpRequest eve =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:" + sluice.port() + "/haip/message?session=" + ada.session))
            .header("Authorization", "Bearer " + token("eve"))
            .POST(BodyPublishers.ofString("{}"))
            .build();
    assertThat(http.send(eve, BodyHandlers.ofString()).statusCode()).isEqualTo(404);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + sluice.port() + path))
        .header("Authorization", "Bearer " + token("ada"));
  }

  private String post(String session, String envelope) throws Exception {
    return http.send(
            request("/haip/message?session=" + session)
                .POST(BodyPublishers.ofString(envelope))
                .build(),
            BodyHandlers.ofString())
        .body();
  }

  private static JsonNode event(BufferedReader lines) throws Exception {
    String line = lines.readLine();
    while (!line.startsWith("data: ")) {
      line = lines.readLine();
    }
    return JSON.readTree(line.substring("data: ".length()));
  }

  // Rights

  @Test
  void othersNeedTheRoleOfAnAgent() throws Exception {
    HaipPerson ada = person().official(10, 10_000);
    ada.next("HAI");
    HttpRequest publish =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + sluice.port() + "/stream"))
            .header("Authorization", "Bearer " + token("eve"))
            .POST(
                BodyPublishers.ofString(
                    "{\"action\":\"publish\",\"id\":1,\"ack\":true,\"channel\":\"haip.%s.AGENT\",\"payload\":1}"
                        .formatted(ada.session)))
            .build();
    assertThat(http.send(publish, BodyHandlers.ofString()).body()).contains(Code.FORBIDDEN.text());
  }
}
