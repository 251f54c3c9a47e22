package io.sluice.gateway.websocket;

import static io.sluice.gateway.websocket.ClientFrames.BINARY;
import static io.sluice.gateway.websocket.ClientFrames.FIN;
import static io.sluice.gateway.websocket.ClientFrames.PING;
import static io.sluice.gateway.websocket.ClientFrames.RSV1;
import static io.sluice.gateway.websocket.ClientFrames.TEXT;
import static io.sluice.gateway.websocket.ClientFrames.deflate;
import static io.sluice.gateway.websocket.ClientFrames.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Limits;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.Test;

/** permessage-deflate on the way in: where RSV1 may stand, and what a bad message is answered. */
final class DeflatedMessagesTest {
  @Test
  void aDeflatedMessageInOneFrameIsHeard() {
    assertThatHeard(frames().deflated(TEXT, utf8("Hello 🌍"))).containsExactly("text Hello 🌍");
  }

  @Test
  void aDeflatedMessageInFragmentsWithAPingBetweenThemIsHeard() {
    byte[] wire = deflate(utf8("Hello, Hello, Hello"));
    ClientFrames frames = frames().frame(RSV1 | TEXT, Arrays.copyOf(wire, 3)).ping("p");
    frames.frame(0, new byte[0]).frame(FIN, Arrays.copyOfRange(wire, 3, wire.length));
    assertThatHeard(frames).containsExactly("ping p", "text Hello, Hello, Hello");
  }

  @Test
  void aMessageMayStayUncompressed() {
    assertThatHeard(frames().text("plain").deflated(BINARY, new byte[] {1}).text("plain"))
        .containsExactly("text plain", "binary 01", "text plain");
  }

  @Test
  void rsv1OnAContinuationIsRefused() {
    assertThatHeard(frames().frame(RSV1 | TEXT, utf8("a")).frame(FIN | RSV1, utf8("b")))
        .containsExactly("broken reserved_bits");
  }

  @Test
  void rsv1OnAControlFrameIsRefused() {
    assertThatHeard(frames().frame(FIN | RSV1 | PING, new byte[0]))
        .containsExactly("broken reserved_bits");
  }

  @Test
  void rsv2AndRsv3StayRefused() {
    assertThatHeard(frames().frame(FIN | RSV1 | 0x20 | TEXT, deflate(utf8("a"))))
        .containsExactly("broken reserved_bits");
    assertThatHeard(frames().frame(FIN | 0x10 | TEXT, utf8("a")))
        .containsExactly("broken reserved_bits");
  }

  @Test
  void aCorruptMessageIsRefused() {
    assertThatHeard(frames().frame(FIN | RSV1 | BINARY, new byte[] {-1, -1, -1}))
        .containsExactly("broken deflate_corrupt");
  }

  @Test
  void aWrongTextIsRefusedAfterInflating() {
    assertThatHeard(frames().deflated(BINARY, new byte[] {-1}).deflated(TEXT, new byte[] {-1}))
        .containsExactly("binary ff", "broken text_encoding");
    assertThatHeard(frames().deflated(TEXT, new byte[] {'a', (byte) 0xC3}))
        .containsExactly("broken text_encoding");
  }

  @Test
  void aBombIsTooBig() {
    assertThatHeard(frames().deflated(BINARY, new byte[50 << 20]))
        .containsExactly("broken message_too_big");
  }

  @Test
  void anIncompressibleMessageOfTheLargestSizeIsHeard() {
    byte[] noise = new byte[Limits.Socket.DEFAULTS.messageBytes()];
    new Random(7692).nextBytes(noise);
    assertThat(deflate(noise)).hasSizeGreaterThan(noise.length);
    try (Line line = Line.deflating().feed(frames().deflated(BINARY, noise))) {
      assertThat(line.calls()).hasSize(1).first().asString().startsWith("binary ");
    }
  }

  @Test
  void compressedBytesAreBoundedAsWell() {
    Limits.Socket limits = Line.limits(2048, 9, Duration.ofNanos(1), 1);
    try (Line line = new Line(limits, true)) {
      line.feed(frames().header(RSV1 | BINARY, 2, 2048 + 2 + 64, true).mask(0).bytes());
      assertThat(line.calls()).isEmpty();
    }
    try (Line line = new Line(limits, true)) {
      line.feed(frames().header(RSV1 | BINARY, 2, 2048 + 2 + 65, true).mask(0).bytes());
      assertThat(line.calls()).containsExactly("broken message_too_big");
    }
  }

  private static ListAssert<String> assertThatHeard(ClientFrames frames) {
    try (Line whole = Line.deflating();
        Line bytewise = Line.deflating()) {
      whole.feed(frames);
      bytewise.feed(frames.bytes(), 1);
      assertThat(bytewise.calls()).isEqualTo(whole.calls());
      return assertThat(whole.calls());
    }
  }

  private static ClientFrames frames() {
    return new ClientFrames();
  }
}
