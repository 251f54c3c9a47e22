package io.sluice.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramesTest {
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 999_999_999_999L, 8_999_999_999_999_999L})
  void aTimeThatWasStampedIsReadBack(long nanos) {
    byte[] frame = Frames.publication("a", 64);
    ByteBuffer buffer = ByteBuffer.wrap(frame);
    int at = Frames.stampAt(frame);
    Frames.stamp(buffer, at, nanos);
    assertThat(Frames.stampIn(buffer, at)).isEqualTo(nanos);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 40_000, 100_000})
  void thePayloadIsAsLongAsItWasAskedForAndNotShorterThanATime(int size) {
    String frame = new String(Frames.publication("a", size), StandardCharsets.UTF_8);
    String payload = frame.substring(frame.indexOf("\"payload\":") + 10, frame.length() - 1);
    assertThat(payload)
        .hasSize(Math.max(size, Frames.minSize()))
        .matches("\\{\"t\":\\d{16},\"pad\":\"x*\"}");
  }

  @Test
  void whatIsNoTimeIsNotReadAsOne() {
    ByteBuffer buffer = ByteBuffer.wrap("{\"t\":12345678x}".getBytes(StandardCharsets.US_ASCII));
    assertThat(Frames.stampIn(buffer, 5)).isNegative();
  }

  @Test
  void lengthsAreWrittenInTheirThreeForms() {
    assertThat(Frames.of(Frames.TEXT, new byte[125])).hasSize(2 + 4 + 125).startsWith(0x81, 0xfd);
    assertThat(Frames.of(Frames.TEXT, new byte[126])).hasSize(4 + 4 + 126).startsWith(0x81, 0xfe);
    assertThat(Frames.of(Frames.PONG, new byte[1 << 16]))
        .hasSize(10 + 4 + (1 << 16))
        .startsWith(0x8a, 0xff);
  }
}
