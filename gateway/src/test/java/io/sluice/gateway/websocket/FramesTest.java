package io.sluice.gateway.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Headers and Close frames, byte by byte. */
final class FramesTest {
  @ParameterizedTest(name = "{0} of {1} bytes: {2}")
  @CsvSource({
    "TEXT, 0, 8100",
    "TEXT, 5, 8105",
    "BINARY, 125, 827d",
    "BINARY, 126, 827e007e",
    "TEXT, 65535, 817effff",
    "TEXT, 65536, 817f0000000000010000",
    "BINARY, 2147483647, 827f000000007fffffff",
    "CLOSE, 2, 8802",
    "PING, 0, 8900",
    "PONG, 125, 8a7d"
  })
  void aHeaderIsMinimalAndUnmasked(FrameKind kind, int payloadBytes, String hex) {
    byte[] array = new byte[Frames.MAX_HEADER_BYTES + 1];
    int end = Frames.writeHeader(array, 1, kind, payloadBytes);
    ByteBuf buffer = Unpooled.buffer(1);
    Frames.writeHeader(buffer, kind, payloadBytes);
    assertThat(ByteBufUtil.hexDump(array, 1, end - 1)).isEqualTo(hex);
    assertThat(ByteBufUtil.hexDump(buffer)).isEqualTo(hex);
    assertThat(Frames.headerBytes(payloadBytes)).isEqualTo(end - 1);
  }

  @Test
  void aFrameIsItsHeaderAndItsPayload() {
    assertThat(ByteBufUtil.hexDump(Frames.frame(FrameKind.TEXT, ClientFrames.utf8("Hello"))))
        .isEqualTo("810548656c6c6f");
  }

  @Test
  void aControlFrameOfMoreThan125BytesIsABug() {
    assertThatThrownBy(() -> Frames.frame(FrameKind.PING, new byte[126]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Frames.writeHeader(Unpooled.buffer(), FrameKind.PONG, 126))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Frames.writeHeader(Unpooled.buffer(), FrameKind.TEXT, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aCloseHasItsCodeAndItsReason() {
    assertThat(ByteBufUtil.hexDump(Frames.close(1002, "not_masked")))
        .isEqualTo("880c03ea6e6f745f6d61736b6564");
    assertThat(ByteBufUtil.hexDump(Frames.close(4999, ""))).isEqualTo("88021387");
  }

  @Test
  void aCloseWithoutACodeIsEmpty() {
    assertThat(ByteBufUtil.hexDump(Frames.close(Frames.NO_CLOSE_CODE, "unsaid"))).isEqualTo("8800");
  }

  @Test
  void aCodeThatMayNotStandOnTheWireIsABug() {
    for (int code : new int[] {-1, 0, 999, 1004, 1006, 1015, 2999, 5000, 66_536}) {
      assertThatThrownBy(() -> Frames.close(code, "")).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aLongReasonIsCutBetweenTwoCharacters() {
    for (String unit : new String[] {"a", "é", "界", "🌍"}) {
      for (int lead = 0; lead < 4; lead++) {
        byte[] frame = Frames.close(1000, "a".repeat(lead) + unit.repeat(130));
        assertThat(frame.length).isBetween(2 + 125 - 3, 2 + 125);
        ByteBuf payload = Unpooled.wrappedBuffer(Arrays.copyOfRange(frame, 2, frame.length));
        assertThat(ClosePayload.judge(payload)).isNull();
        assertThat("a".repeat(lead) + unit.repeat(130)).startsWith(ClosePayload.reason(payload));
      }
    }
  }

  @Test
  void everyViolationCanBeSaidInAClose() {
    for (Violation violation : Violation.values()) {
      byte[] frame = Frames.close(violation.closeCode(), violation.reason());
      assertThat(frame).hasSize(2 + 2 + violation.reason().length());
    }
  }
}
