package io.sluice.gateway.websocket;

import static io.sluice.gateway.websocket.ClientFrames.BINARY;
import static io.sluice.gateway.websocket.ClientFrames.FIN;
import static io.sluice.gateway.websocket.ClientFrames.PING;
import static io.sluice.gateway.websocket.ClientFrames.RSV1;
import static io.sluice.gateway.websocket.ClientFrames.TEXT;
import static io.sluice.gateway.websocket.ClientFrames.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A violation is heard at the byte that makes it one, not later and not earlier. */
final class FailFastTest {
  private static final int FIRST = 1;
  private static final int SECOND = 2;
  private static final int LENGTH_IN_2 = 4;
  private static final int LENGTH_IN_8 = 10;
  private static final int SHORT_HEADER = 6;

  static Stream<Arguments> guiltyBytes() {
    return Stream.of(
        Arguments.of(Violation.RESERVED_BITS, FIRST, frame(FIN | RSV1 | TEXT, 3)),
        Arguments.of(Violation.RESERVED_OPCODE, FIRST, frame(FIN | 0xB, 3)),
        Arguments.of(Violation.CONTROL_FRAGMENTED, FIRST, frame(PING, 3)),
        Arguments.of(Violation.CONTINUATION_WITHOUT_START, FIRST, frame(FIN, 3)),
        Arguments.of(Violation.NOT_MASKED, SECOND, header(FIN | TEXT, 0, 3, false)),
        Arguments.of(Violation.CONTROL_TOO_LONG, SECOND, frame(FIN | PING, 126)),
        Arguments.of(Violation.LENGTH_NOT_MINIMAL, LENGTH_IN_2, header(FIN | TEXT, 2, 9, true)),
        Arguments.of(Violation.LENGTH_NOT_MINIMAL, LENGTH_IN_8, header(FIN | TEXT, 8, 9, true)),
        Arguments.of(Violation.LENGTH_TOP_BIT, LENGTH_IN_8, header(FIN | TEXT, 8, -1, true)),
        Arguments.of(Violation.MESSAGE_TOO_BIG, LENGTH_IN_8, header(BINARY, 8, 1 << 21, true)),
        Arguments.of(Violation.TEXT_ENCODING, SHORT_HEADER + 3, text(0x61, 0xED, 0xA0, 0x80)),
        Arguments.of(Violation.TEXT_ENCODING, SHORT_HEADER + 2, text(0xF4, 0x90, 0x80, 0x80)),
        Arguments.of(Violation.TEXT_ENCODING, SHORT_HEADER + 9, text(1, 2, 3, 4, 5, 6, 7, 8, 255)));
  }

  @ParameterizedTest(name = "{0} at byte {1}")
  @MethodSource("guiltyBytes")
  void aViolationIsHeardAtItsByte(Violation violation, int guilty, byte[] bytes) {
    byte[] stream = Arrays.copyOf(bytes, Math.max(bytes.length, guilty));
    for (int length = 0; length <= stream.length; length++) {
      try (Line line = Line.plain().feed(Arrays.copyOf(stream, length))) {
        if (length < guilty) {
          assertThat(line.calls()).as("after %d bytes", length).isEmpty();
        } else {
          assertThat(line.calls()).containsExactly("broken " + violation.reason());
        }
      }
    }
  }

  @Test
  void aTextIsRefusedInTheMiddleOfItsSecondFragment() {
    ClientFrames frames = new ClientFrames().frame(TEXT, utf8("κόσμ"));
    frames.header(FIN, 0, 100, true).mask(0).payload(new byte[] {(byte) 0xF4, (byte) 0x90}, 0);
    try (Line line = Line.plain().feed(frames)) {
      assertThat(line.calls()).containsExactly("broken text_encoding");
    }
  }

  @Test
  void nothingIsHeardAfterAViolation() {
    byte[] wrong = frame(FIN | 0xB, 3);
    byte[] right = new ClientFrames().text("a").close(1000, new byte[0]).bytes();
    try (Line line = Line.plain().feed(wrong).feed(right).feed(wrong)) {
      assertThat(line.calls()).containsExactly("broken reserved_opcode");
    }
  }

  @Test
  void aStreamThatIsCutAnywhereDeliversWhatWasWholeAndGivesItsMemoryBack() {
    ClientFrames frames = new ClientFrames().text("first").ping("p").frame(TEXT, utf8("sec"));
    int endOfFirst = new ClientFrames().text("first").bytes().length;
    int endOfPing = endOfFirst + new ClientFrames().ping("p").bytes().length;
    byte[] stream = frames.pong("q").frame(FIN, utf8("ond")).bytes();
    int endOfPong = stream.length - SHORT_HEADER - 3;
    for (int length = 0; length <= stream.length; length++) {
      try (Line line = Line.plain().feed(Arrays.copyOf(stream, length))) {
        int calls = count(length, endOfFirst, endOfPing, endOfPong, stream.length);
        assertThat(line.calls())
            .as("after %d bytes", length)
            .isEqualTo(
                Stream.of("text first", "ping p", "pong q", "text second").limit(calls).toList());
      }
    }
  }

  private static int count(int length, int... ends) {
    return (int) Arrays.stream(ends).filter(end -> end <= length).count();
  }

  private static byte[] frame(int first, int length) {
    return new ClientFrames().frame(first, new byte[length]).bytes();
  }

  private static byte[] header(int first, int lengthBytes, long length, boolean masked) {
    return new ClientFrames().header(first, lengthBytes, length, masked).mask(0).bytes();
  }

  private static byte[] text(int... values) {
    byte[] payload = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      payload[i] = (byte) values[i];
    }
    return new ClientFrames().frame(FIN | TEXT, payload).bytes();
  }
}
