package io.sluice.gateway.http;

import static io.sluice.gateway.http.Station.UPGRADE;
import static io.sluice.gateway.http.Station.get;
import static io.sluice.gateway.http.Station.send;
import static io.sluice.gateway.http.Station.take;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.sluice.model.Limits;
import io.sluice.model.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DoorTest {
  private static final Duration ALMOST_A_HANDSHAKE = Duration.ofMillis(9_999);
  private static final int TURNED_AWAY = 3;
  private static final Duration A_MOMENT = Duration.ofMillis(1);

  private final Station station = new Station();
  private final AtomicInteger settled = new AtomicInteger();

  private static String upgrade(String token) {
    return UPGRADE.replace("good", token);
  }

  @Test
  void theHandshakeIsProvenWithTheKeyOfTheStandardsExample() {
    String answer = station.ask(UPGRADE);
    assertThat(answer).contains("\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
    assertThat(answer)
        .contains("\r\nupgrade: websocket\r\n")
        .contains("\r\nconnection: upgrade\r\n");
    assertThat(answer.toLowerCase(java.util.Locale.ROOT)).doesNotContain("content-length");
    assertThat(station.adopted).hasSize(1);
    assertThat(station.adopted.getFirst().remote()).isEqualTo("192.0.2.1:4711");
    assertThat(station.meter.upgraded()).isEqualTo(1);
  }

  @Test
  void bytesInTheSegmentOfTheUpgradeReachTheNewHandler() {
    EmbeddedChannel channel = station.connect();
    send(channel, UPGRADE + "GET /a");
    send(channel, " and more");
    assertThat(take(channel)).startsWith("HTTP/1.1 101 ");
    assertThat(station.afterUpgrade).hasToString("GET /a and more");
    assertThat(channel.pipeline().names()).noneMatch(name -> name.contains("Decoder"));
    channel.finishAndReleaseAll();
  }

  @Test
  void bytesThatComeBeforeTheVerdictWaitForItInOrder() {
    EmbeddedChannel channel = station.connect();
    send(channel, upgrade("slow") + "one ");
    assertThat(channel.config().isAutoRead()).isFalse();
    send(channel, "two ");
    assertThat(take(channel)).isEmpty();
    station.slowVerdict.complete(Station.accepted("carol"));
    assertThat(take(channel)).startsWith("HTTP/1.1 101 ");
    assertThat(channel.config().isAutoRead()).isTrue();
    send(channel, "three");
    assertThat(station.afterUpgrade).hasToString("one two three");
    channel.finishAndReleaseAll();
  }

  @Test
  void bytesBehindARefusedUpgradeAreThrownAway() {
    String answer = station.ask(upgrade("bad") + get("/health"));
    assertThat(answer.split("HTTP/1\\.1 ", -1)).hasSize(2);
    assertThat(station.afterUpgrade).isEmpty();
    assertThat(station.meter.tokens()).containsEntry("signature", 1L);
  }

  @Test
  void aSubprotocolIsAnsweredOnlyIfOfferedAndNeverAToken() {
    String offers = "\r\nSec-WebSocket-Protocol: token.good, nexus, sluice.1\r\n\r\n";
    String answer = station.ask(UPGRADE.replace("\r\n\r\n", offers));
    assertThat(answer).contains("\r\nsec-websocket-protocol: sluice.1\r\n");
    assertThat(station.adopted.getFirst().subprotocol()).isEqualTo("sluice.1");
    String other = "\r\nSec-WebSocket-Protocol: token.good\r\n\r\n";
    assertThat(station.ask(UPGRADE.replace("\r\n\r\n", other)))
        .startsWith("HTTP/1.1 101 ")
        .doesNotContain("sec-websocket-protocol");
  }

  @Test
  void compressionIsAgreedIfOffered() {
    String offer = "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n";
    String answer = station.ask(UPGRADE.replace("\r\n\r\n", offer));
    assertThat(answer).contains("\r\nsec-websocket-extensions: permessage-deflate");
    assertThat(station.deflates).isTrue();
    assertThat(station.ask(UPGRADE)).doesNotContain("sec-websocket-extensions");
    assertThat(station.deflates).isFalse();
  }

  @Test
  void requestsInOneSegmentAreAnsweredInOrderAndOnceEach() {
    EmbeddedChannel channel = station.connect();
    send(channel, get("/health") + get("/slow") + get("/") + get("/nowhere") + get("/health"));
    assertThat(take(channel)).endsWith("\r\n\r\nok");
    station.slowAnswer.complete(HttpAnswer.of(201, "text/plain", "late"));
    String rest = take(channel);
    assertThat(rest).startsWith("HTTP/1.1 201 ").contains("late").contains("<p>").contains("404");
    assertThat(rest.split("HTTP/1\\.1 ", -1)).hasSize(4);
    channel.finishAndReleaseAll();
  }

  @Test
  void aHeadHasTheLengthOfItsBodyAndNoBody() {
    String answer = station.ask(get("/health").replace("GET", "HEAD"));
    assertThat(answer).contains("content-length: 2\r\n").endsWith("\r\n\r\n");
  }

  @Test
  void aRouteSeesTheDecodedRequest() {
    String request =
        "POST /echo?a=1%202&a=3&b HTTP/1.1\r\nHost: h\r\nX: 1\r\nx: 2\r\n"
            + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\nabc";
    String answer = station.ask(request);
    assertThat(answer).startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 ").endsWith("abc");
    HttpCall call = station.calls.getFirst();
    assertThat(call.header("x")).isEqualTo("1, 2");
    assertThat(call.parameter("a")).isEqualTo("1 2");
    assertThat(call.query().get("b")).containsExactly("");
    assertThat(call.loopback()).isFalse();
  }

  @Test
  void aPlainRequestIdIsEchoedAndAnyOtherReplaced() {
    String plain = "GET /private HTTP/1.1\r\nHost: a\r\nX-Request-Id: job-7._~A\r\n\r\n";
    assertThat(station.ask(plain)).endsWith(",\"request_id\":\"job-7._~A\"}}");
    for (String odd : List.of("", "a b", "é", "\"", "x".repeat(65))) {
      assertThat(station.ask(plain.replace("job-7._~A", odd)))
          .as(odd)
          .containsPattern(",\"request_id\":\"[0-9a-f]{16}\"}}$");
    }
  }

  @Test
  void aRouteRefusesInTheDoorsOwnWords() {
    assertThat(station.ask(get("/private") + get("/health")))
        .startsWith("HTTP/1.1 401 ")
        .contains("www-authenticate: Bearer\r\n", "connection: close\r\n")
        .contains(
            "{\"error\":{\"code\":\"no_token\",\"message\":\"" + Refusal.NO_TOKEN.cause() + "\"",
            ",\"details\":{\"kind\":\"unauthorized\"},\"request_id\":\"")
        .endsWith("\"}}");
    assertThat(station.ask(get("/closing")))
        .startsWith("HTTP/1.1 503 ")
        .contains("retry-after: " + HttpErrors.RETRY_AFTER + "\r\n");
    assertThat(station.meter.refused(Refusal.NO_TOKEN)).isEqualTo(1);
    assertThat(station.meter.refused(Refusal.STOPPING)).isEqualTo(1);
    assertThat(station.meter.answered()).isZero();
  }

  @Test
  void theLongestPrefixAnswers() {
    assertThat(station.ask(get("/files/x"))).contains(" 200 ");
    assertThat(station.calls.getFirst().path()).isEqualTo("/files/x");
    assertThat(station.ask(get("/files/deeper/x"))).endsWith("\r\n\r\nd");
  }

  @Test
  void anOldClientIsAnsweredAndClosed() {
    EmbeddedChannel channel = station.connect();
    send(channel, "GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    assertThat(take(channel)).contains("connection: close").endsWith("ok");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aRequestThatTricklesInIsRefusedAfterTheHandshakeDeadline() {
    EmbeddedChannel channel = station.connect();
    for (int i = 0; i < 9; i++) {
      station.pass(Duration.ofSeconds(1));
      send(channel, get("/health").substring(i, i + 1));
    }
    station.pass(Duration.ofMillis(999));
    assertThat(take(channel)).isEmpty();
    station.pass(A_MOMENT);
    assertThat(take(channel)).startsWith("HTTP/1.1 408 ").contains("\"slow\"");
    assertThat(channel.isOpen()).isFalse();
    assertThat(station.meter.refused(Refusal.SLOW)).isEqualTo(1);
    assertThat(station.house.census().total()).isZero();
  }

  @Test
  void aBodyThatTricklesInIsRefusedToo() {
    EmbeddedChannel channel = station.connect();
    send(channel, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\na");
    station.pass(ALMOST_A_HANDSHAKE);
    send(channel, "b");
    station.pass(A_MOMENT);
    assertThat(take(channel)).startsWith("HTTP/1.1 408 ");
  }

  @Test
  void aVerdictThatComesTooLateFindsNobody() {
    EmbeddedChannel channel = station.connect();
    send(channel, upgrade("slow"));
    station.pass(Duration.ofSeconds(10));
    assertThat(take(channel))
        .startsWith("HTTP/1.1 503 ")
        .contains("\"overload\"")
        .contains("retry-after: ");
    assertThat(station.meter.refused(Refusal.SLOW)).isZero();
    station.slowVerdict.complete(Station.accepted("carol"));
    assertThat(take(channel)).isEmpty();
    assertThat(station.adopted).isEmpty();
    assertThat(station.house.census().users()).isZero();
  }

  @Test
  void aVerdictForAConnectionThatIsGoneFindsNobody() {
    EmbeddedChannel channel = station.connect();
    send(channel, upgrade("slow"));
    channel.close();
    station.slowVerdict.complete(Station.accepted("carol"));
    channel.finishAndReleaseAll();
    assertThat(station.adopted).isEmpty();
    assertThat(station.house.census().users()).isZero();
    assertThat(station.house.census().total()).isZero();
  }

  @Test
  void aPageThatDoesNotAnswerInTimeIsOverloaded() {
    EmbeddedChannel channel = station.connect();
    send(channel, get("/slow"));
    station.pass(Duration.ofSeconds(10));
    assertThat(take(channel)).startsWith("HTTP/1.1 503 ").contains("retry-after");
    station.slowAnswer.complete(HttpAnswer.of(200, "a", "b"));
    assertThat(take(channel)).isEmpty();
    assertThat(station.meter.answered()).isZero();
  }

  @Test
  void whoAnswersIsToldWhenItsAnswerHasLeft() {
    HttpAnswer answer = settling(Map.of());
    station.slowAnswer.complete(answer);
    EmbeddedChannel unread = station.connectUnread();
    send(unread, get("/slow"));
    unread.runPendingTasks();
    assertThat(settled).as("it is still here").hasValue(0);
    unread.finishAndReleaseAll();
    EmbeddedChannel channel = station.connect();
    send(channel, get("/slow"));
    assertThat(take(channel)).endsWith("b");
    assertThat(settled).hasValue(1);
    channel.finishAndReleaseAll();
  }

  @Test
  void whoAnswersIsToldThatItsAnswerWillNeverLeave() {
    EmbeddedChannel late = station.connect();
    send(late, get("/slow"));
    station.pass(Duration.ofSeconds(10));
    EmbeddedChannel gone = station.connect();
    send(gone, get("/slow"));
    gone.close();
    gone.runPendingTasks();
    station.slowAnswer.complete(settling(Map.of()));
    assertThat(settled).hasValue(2);
    station.slowAnswer = CompletableFuture.completedFuture(settling(Map.of("X", "a\r\nY: b")));
    assertThat(station.ask(get("/slow"))).startsWith("HTTP/1.1 500 ");
    assertThat(settled).hasValue(3);
    late.finishAndReleaseAll();
  }

  private HttpAnswer settling(Map<String, String> headers) {
    return new HttpAnswer(200, headers, new byte[] {'b'}, settled::incrementAndGet);
  }

  @Test
  void aConnectionThatPausesTooLongIsClosedWithoutAWord() {
    EmbeddedChannel channel = station.connect();
    send(channel, get("/health"));
    take(channel);
    station.pass(Duration.ofSeconds(29));
    send(channel, get("/health"));
    assertThat(take(channel)).endsWith("ok");
    station.pass(Duration.ofSeconds(29));
    assertThat(channel.isOpen()).isTrue();
    station.pass(Duration.ofSeconds(1));
    assertThat(channel.isOpen()).isFalse();
    assertThat(take(channel)).isEmpty();
  }

  @Test
  void aPeerThatDoesNotTakeItsRefusalIsClosedAfterAMoment() {
    EmbeddedChannel channel = station.connectUnread();
    send(channel, get("/nowhere"));
    station.pass(Duration.ofMillis(1_999));
    assertThat(channel.isOpen()).isTrue();
    station.pass(A_MOMENT);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void anAnswerThatIsGivenASecondTimeIsNotTheNextRequestsAnswer() {
    EmbeddedChannel channel = station.connect();
    send(channel, get("/stutters") + get("/slow"));
    station.stuttering.complete(HttpAnswer.of(200, "text/plain", "first"));
    assertThat(take(channel)).endsWith("\r\n\r\nfirst");
    station.stuttering.repeat();
    assertThat(take(channel)).isEmpty();
    station.slowAnswer.complete(HttpAnswer.of(200, "text/plain", "second"));
    assertThat(take(channel)).endsWith("\r\n\r\nsecond");
    channel.finishAndReleaseAll();
  }

  @Test
  void anUpgradedConnectionHasNoDeadlineHere() {
    EmbeddedChannel channel = station.connect();
    send(channel, UPGRADE);
    take(channel);
    station.pass(Duration.ofDays(1));
    assertThat(channel.isOpen()).isTrue();
    channel.finishAndReleaseAll();
  }

  @Test
  void theEleventhOfTenConnectionsFromAnAddressIsTurnedAway() {
    Limits limits = Station.limits(all -> Station.with(all, connections(100, 10, 100)));
    Station small = new Station(limits, false);
    for (int i = 0; i < 10; i++) {
      small.connect("2001:db8::" + i);
    }
    EmbeddedChannel one = small.connect("2001:db8::ffff");
    assertThat(take(one)).startsWith("HTTP/1.1 429 ").contains("address_limit");
    assertThat(one.isOpen()).isFalse();
    EmbeddedChannel elsewhere = small.connect("2001:db8:0:1::1");
    assertThat(take(elsewhere)).isEmpty();
    for (int i = 0; i < 20; i++) {
      assertThat(take(small.connect("127.0.0.1"))).isEmpty();
    }
    assertThat(small.meter.refused(Refusal.ADDRESS_LIMIT)).isEqualTo(1);
  }

  @Test
  void beyondTheTotalSomeAreToldAndTheRestIsJustClosed() {
    Station full =
        new Station(Station.limits(all -> Station.with(all, connections(0, 1, 1))), false);
    List<EmbeddedChannel> told = new ArrayList<>();
    for (int i = 0; i < TURNED_AWAY; i++) {
      EmbeddedChannel channel = full.connectUnread();
      told.add(channel);
      assertThat(channel.isOpen()).isTrue();
    }
    EmbeddedChannel one = full.connectUnread();
    assertThat(one.isOpen()).isFalse();
    assertThat(take(one)).isEmpty();
    assertThat(full.meter.refused(Refusal.OVERLOAD)).isEqualTo(TURNED_AWAY + 1);
    told.forEach(EmbeddedChannel::finishAndReleaseAll);
    assertThat(full.connectUnread().isOpen()).isTrue();
  }

  @Test
  void aConnectionThatWaitsDoesNotKeepTheBufferItWasReadInto() {
    EmbeddedChannel channel = station.connect();
    ByteBuf shared = Unpooled.copiedBuffer("GET /hea", ISO_8859_1);
    channel.writeInbound(shared.retain());
    assertThat(shared.refCnt()).isEqualTo(1);
    shared.setZero(0, shared.capacity());
    shared.release();
    send(channel, "lth HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(take(channel)).endsWith("ok");
    channel.finishAndReleaseAll();
  }

  @Test
  void aUserHasAsManyWebSocketsAsItMay() {
    Limits limits = Station.limits(all -> Station.with(all, connections(100, 100, 2)));
    Station small = new Station(limits, false);
    EmbeddedChannel first = small.connect();
    send(first, upgrade("alice"));
    EmbeddedChannel second = small.connect();
    send(second, upgrade("alice"));
    assertThat(small.ask(upgrade("alice"))).startsWith("HTTP/1.1 429 ").contains("user_limit");
    assertThat(small.ask(upgrade("bob"))).startsWith("HTTP/1.1 101 ");
    first.finishAndReleaseAll();
    assertThat(small.ask(upgrade("alice"))).startsWith("HTTP/1.1 101 ");
    second.finishAndReleaseAll();
    assertThat(small.house.census().users()).isZero();
  }

  private static Limits.Connections connections(int total, int perAddress, int perUser) {
    return new Limits.Connections(
        total, perAddress, perUser, TURNED_AWAY, Duration.ofSeconds(10), Duration.ofSeconds(30));
  }

  @Test
  void aServerThatStopsTakesNoUpgradeAndClosesWhatPauses() {
    EmbeddedChannel pausing = station.connect();
    send(pausing, get("/health"));
    take(pausing);
    EmbeddedChannel waiting = station.connect();
    send(waiting, upgrade("slow"));
    station.house.stop();
    station.door.stop();
    assertThat(pausing.isOpen()).isFalse();
    station.slowVerdict.complete(Station.accepted("carol"));
    assertThat(take(waiting)).startsWith("HTTP/1.1 503 ").contains("\"stopping\"");
    assertThat(station.ask(UPGRADE)).startsWith("HTTP/1.1 503 ").contains("\"stopping\"");
    assertThat(station.ask(get("/health"))).contains("connection: close").endsWith("ok");
  }

  @Test
  void inDevelopmentOnlyThisMachinesNamesAreAnswered() {
    Station development = new Station(Station.limits(all -> all), true);
    for (String host : Set.of("localhost", "LOCALHOST:8080", "127.0.0.1:1", "[::1]", "[::1]:80")) {
      assertThat(development.ask(get("/health").replace("sluice.test", host))).contains(" 200 ");
    }
    for (String host : Set.of("sluice.test", "localhost.evil", "127.0.0.1.evil", "[::2]", "a:b")) {
      assertThat(development.ask(get("/health").replace("sluice.test", host)))
          .startsWith("HTTP/1.1 403 ")
          .contains("bad_host");
    }
    assertThat(development.ask("GET /health HTTP/1.0\r\n\r\n")).contains("bad_host");
  }

  @Test
  void inDevelopmentPagesOfThisMachineAndOfNoPlaceMayConnect() {
    Station development = new Station(Station.limits(all -> all), true);
    String local = UPGRADE.replace("sluice.test", "localhost:8080");
    for (String origin : Set.of("null", "http://127.0.0.1:5173", "http://localhost")) {
      String asked = local.replace("\r\n\r\n", "\r\nOrigin: " + origin + "\r\n\r\n");
      assertThat(development.ask(asked)).startsWith("HTTP/1.1 101 ");
    }
    String foreign = "\r\nOrigin: http://localhost.evil\r\n\r\n";
    assertThat(development.ask(local.replace("\r\n\r\n", foreign))).contains("bad_origin");
  }
}
