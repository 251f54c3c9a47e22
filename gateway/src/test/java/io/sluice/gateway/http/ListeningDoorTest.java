package io.sluice.gateway.http;

import static io.sluice.gateway.http.Station.get;
import static io.sluice.gateway.http.Station.send;
import static io.sluice.gateway.http.Station.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.sluice.gateway.StreamEndpoint.Reading;
import io.sluice.model.Refusal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that speak while their response goes on, and those whose answer somebody else has. */
class ListeningDoorTest {
  private final Station station = new Station();
  private final EmbeddedChannel channel = station.connect();

  private static String post(String target, String token, String more) {
    return "POST "
        + target
        + " HTTP/1.1\r\nHost: sluice.test\r\nAuthorization: Bearer "
        + token
        + "\r\n"
        + more
        + "\r\n";
  }

  private static String chunked(String token) {
    return post("/duplex", token, "Transfer-Encoding: chunked\r\n");
  }

  private void assertBody(String body) {
    assertThat(station.listening.body).hasToString(body);
  }

  @Test
  void theHeadIsAnsweredBeforeTheBodyComes() {
    send(channel, chunked("good"));
    assertThat(take(channel)).startsWith("HTTP/1.1 200 ").contains("transfer-encoding: chunked");
    assertBody("");
    send(channel, "3\r\none\r\n");
    assertBody("one");
    send(channel, "3\r\ntwo\r\n0\r\n\r\n");
    assertBody("onetwo[WHOLE]");
    send(channel, get("/health"));
    assertThat(take(channel)).isEmpty();
    assertBody("onetwo[WHOLE]");
    channel.finishAndReleaseAll();
  }

  @Test
  void aBodyThatComesWithItsHeadIsHandedOn() {
    send(channel, chunked("good") + "3\r\none\r\n0\r\n\r\n" + get("/health"));
    assertThat(take(channel)).startsWith("HTTP/1.1 200 ").containsOnlyOnce("HTTP/1.1");
    assertBody("one[WHOLE]");
    channel.finishAndReleaseAll();
  }

  @Test
  void whatComesBehindTheBodyIsNotKept() {
    UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false);
    channel.config().setAllocator(memory);
    send(channel, chunked("good") + "0\r\n\r\n");
    for (int i = 0; i < 64; i++) {
      send(channel, "x".repeat(16 << 10));
    }
    assertBody("[WHOLE]");
    assertThat(memory.metric().usedHeapMemory()).isLessThan(64 << 10);
    channel.finishAndReleaseAll();
  }

  @Test
  void aBodyThatComesBeforeTheVerdictWaitsForIt() {
    send(channel, chunked("slow") + "3\r\none\r\n");
    assertThat(channel.config().isAutoRead()).isFalse();
    send(channel, "3\r\ntwo\r\n");
    assertBody("");
    station.slowVerdict.complete(Station.accepted("ada"));
    assertThat(take(channel)).startsWith("HTTP/1.1 200 ");
    assertThat(channel.config().isAutoRead()).isTrue();
    assertBody("onetwo");
    send(channel, "0\r\n\r\n");
    assertBody("onetwo[WHOLE]");
    channel.finishAndReleaseAll();
  }

  @ParameterizedTest
  @ValueSource(strings = {"good", "slow"})
  void noBodyHasEndedWithItsHead(String token) {
    send(channel, post("/duplex", token, "") + get("/health"));
    station.slowVerdict.complete(Station.accepted("ada"));
    assertThat(take(channel)).startsWith("HTTP/1.1 200 ").containsOnlyOnce("HTTP/1.1");
    assertBody("[WHOLE]");
    channel.finishAndReleaseAll();
  }

  @Test
  void aBodyOfKnownLengthEndsThere() {
    send(channel, post("/duplex", "good", "Content-Length: 6\r\n") + "one");
    assertBody("one");
    send(channel, "two more");
    assertBody("onetwo[WHOLE]");
    channel.finishAndReleaseAll();
  }

  @Test
  void lengthIsNoReasonToRefuse() {
    send(channel, post("/duplex", "good", "Content-Length: 9999999999\r\n") + "one");
    assertThat(take(channel)).startsWith("HTTP/1.1 200 ");
    assertBody("one");
    channel.finishAndReleaseAll();
  }

  @Test
  void aBodyThatIsNotWellFormedIsToldSo() {
    send(channel, chunked("good") + "3\r\none\r\nzz\r\n");
    assertBody("one[BROKEN]");
    send(channel, "3\r\ntwo\r\n");
    assertBody("one[BROKEN]");
    channel.finishAndReleaseAll();
  }

  @Test
  void whoIsRefusedIsNotListenedTo() {
    send(channel, chunked("forged") + "3\r\none\r\n0\r\n\r\n" + get("/health"));
    assertThat(take(channel))
        .startsWith("HTTP/1.1 403 ")
        .contains("connection: close")
        .containsOnlyOnce("HTTP/1.1");
    assertBody("");
    channel.finishAndReleaseAll();
  }

  @Test
  void aBodyThatNobodyReadsIsNeverTheNextRequest() {
    send(channel, post("/duplex?faulty=1", "good", "Content-Length: 999\r\n") + get("/health"));
    assertThat(take(channel))
        .startsWith("HTTP/1.1 409 ")
        .contains("connection: close")
        .containsOnlyOnce("HTTP/1.1");
    channel.finishAndReleaseAll();
  }

  @Test
  void aVerdictThatNeverComesIsGivenUp() {
    send(channel, chunked("slow") + "3\r\none\r\n");
    station.pass(Duration.ofSeconds(10));
    assertThat(take(channel)).startsWith("HTTP/1.1 503 ");
    assertThat(station.meter.refused(Refusal.OVERLOAD)).isEqualTo(1);
    channel.finishAndReleaseAll();
  }

  // Whose answer somebody else has

  private void ask() {
    send(channel, post("/later", "good", "Content-Length: 1\r\n") + "x");
    assertThat(take(channel)).isEmpty();
  }

  @Test
  void anAnswerMayComeLater() {
    ask();
    station.listening.later.complete(new Reading.Done("{}"));
    assertThat(take(channel)).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n{}");
    station.listening.later =
        CompletableFuture.completedFuture(new Reading.Faulty(429, "BUSY", "Wait.", null));
    send(channel, post("/later", "good", ""));
    assertThat(take(channel)).startsWith("HTTP/1.1 429 ").contains("\"code\":\"BUSY\"");
    channel.finishAndReleaseAll();
  }

  @Test
  void aLateRefusalIsOneToo() {
    ask();
    station.listening.later.complete(new Reading.Refused(Refusal.NOT_FOUND, "Nobody."));
    assertThat(take(channel)).startsWith("HTTP/1.1 404 ").contains("Nobody.");
    channel.finishAndReleaseAll();
  }

  @Test
  void anAnswerThatFailsIsOurFault() {
    ask();
    station.listening.later.completeExceptionally(new IllegalStateException("on purpose"));
    assertThat(take(channel)).startsWith("HTTP/1.1 500 ");
    channel.finishAndReleaseAll();
  }

  @Test
  void anAnswerThatNeverComesIsGivenUp() {
    ask();
    station.pass(Duration.ofSeconds(10));
    assertThat(take(channel)).startsWith("HTTP/1.1 503 ");
    station.listening.later.complete(new Reading.Done("{}"));
    assertThat(take(channel)).isEmpty();
    channel.finishAndReleaseAll();
  }
}
