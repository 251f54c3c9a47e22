package io.sluice.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.sluice.model.Refusal;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of bad requests against a door without sockets. */
class AttackTest {
  static List<Attack> table() {
    return Attack.TABLE;
  }

  @ParameterizedTest
  @MethodSource("table")
  void everyRequestIsAnsweredOnceWithItsStatusAndCounted(Attack attack) {
    Station station = new Station();
    String answer = station.ask(attack.bytes());
    assertThat(answer).startsWith("HTTP/1.1 " + attack.status() + " ");
    assertThat(answer.split("HTTP/1\\.1 ", -1)).hasSize(2);
    for (Refusal refusal : Refusal.values()) {
      assertThat(station.meter.refused(refusal)).isEqualTo(refusal == attack.refusal() ? 1 : 0);
    }
    Refusal refusal = attack.refusal();
    if (refusal != null) {
      assertRefused(attack, answer, refusal);
    }
    assertThat(station.house.census().total()).isZero();
  }

  private static void assertRefused(Attack attack, String answer, Refusal refusal) {
    String[] parts = answer.split("\r\n\r\n", 2);
    String head = parts[0].toLowerCase(java.util.Locale.ROOT);
    assertThat(head).contains("\r\nconnection: close");
    assertThat(head).contains("\r\ncontent-type: application/json");
    if (attack.bytes().startsWith("HEAD")) {
      assertThat(head).containsPattern("content-length: [1-9]");
      assertThat(parts[1]).isEmpty();
    } else {
      assertThat(head).contains("\r\ncontent-length: " + parts[1].length());
      assertThat(parts[1])
          .startsWith("{\"error\":{\"code\":\"" + refusal.text() + "\",\"message\":\"");
    }
    boolean later = refusal.status() == 503 || refusal.status() == 429;
    assertThat(head.contains("\r\nretry-after: ")).isEqualTo(later);
    assertThat(head.contains("\r\nsec-websocket-version: 13")).isEqualTo(refusal.status() == 426);
    assertThat(head.contains("\r\nallow: ")).isEqualTo(refusal.status() == 405);
    assertThat(head.contains("\r\nwww-authenticate: bearer")).isEqualTo(refusal.status() == 401);
  }

  @ParameterizedTest
  @MethodSource("table")
  void theAnswerIsTheSameIfEveryByteComesAlone(Attack attack) {
    if (attack.bytes().length() > 4_000) {
      return;
    }
    Station station = new Station();
    EmbeddedChannel channel = station.connect();
    for (byte b : attack.bytes().getBytes(ISO_8859_1)) {
      if (channel.isOpen()) {
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {b}));
      }
    }
    assertThat(Station.take(channel)).startsWith("HTTP/1.1 " + attack.status() + " ");
    channel.finishAndReleaseAll();
  }
}
