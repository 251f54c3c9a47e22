package io.sluice.gateway.websocket;

import static io.sluice.gateway.websocket.ClientFrames.BINARY;
import static io.sluice.gateway.websocket.ClientFrames.CLOSE;
import static io.sluice.gateway.websocket.ClientFrames.FIN;
import static io.sluice.gateway.websocket.ClientFrames.PING;
import static io.sluice.gateway.websocket.ClientFrames.PONG;
import static io.sluice.gateway.websocket.ClientFrames.RSV1;
import static io.sluice.gateway.websocket.ClientFrames.TEXT;
import static io.sluice.gateway.websocket.ClientFrames.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One row for each rule of RFC 6455: a sentence, the bytes, and what the sink hears. */
final class FrameRulesTest {
  private static final String BIG_REASON = "r".repeat(123);

  static Stream<Arguments> valid() {
    return Stream.of(
        row("an empty text", frames().text(""), "text "),
        row("a short text", frames().text("Hello"), "text Hello"),
        row("a text in three scripts", frames().text("Grüße, 世界, 🌍"), "text Grüße, 世界, 🌍"),
        row("a text of 125 bytes", frames().text("a".repeat(125)), "text " + "a".repeat(125)),
        row("a text of 126 bytes", frames().text("a".repeat(126)), "text " + "a".repeat(126)),
        row("65,535 bytes", frames().text("a".repeat(65535)), "text " + "a".repeat(65535)),
        row("65,536 bytes", frames().text("a".repeat(65536)), "text " + "a".repeat(65536)),
        row("an empty binary", frames().binary(new byte[0]), "binary "),
        row("a binary that is no UTF-8", frames().binary(bytes(0xFF, 0x80)), "binary ff80"),
        row("two messages in one piece", frames().text("a").text("b"), "text a", "text b"),
        row(
            "a character cut between two fragments",
            frames().frame(TEXT, bytes('a', 0xC3)).frame(FIN, bytes(0xA9)),
            "text aé"),
        row(
            "a message of empty fragments",
            frames().frame(TEXT, bytes()).frame(0, bytes()).frame(FIN, bytes()),
            "text "),
        row(
            "a ping between two fragments",
            frames().frame(BINARY, bytes(1)).ping("p").frame(FIN, bytes(2)),
            "ping p",
            "binary 0102"),
        row("an empty ping", frames().ping(""), "ping "),
        row("a ping of 125 bytes", frames().ping("p".repeat(125)), "ping " + "p".repeat(125)),
        row("a pong nobody asked for", frames().pong("p"), "pong p"),
        row("a close without a code", frames().frame(FIN | CLOSE, bytes()), "close 1005 "),
        row("a close with a code", frames().close(1000, bytes()), "close 1000 "),
        row("a close with a reason", frames().close(1001, utf8("gone é")), "close 1001 gone é"),
        row(
            "the longest reason",
            frames().close(4999, utf8(BIG_REASON)),
            "close 4999 " + BIG_REASON),
        row("what follows a close", frames().close(1000, bytes()).text("a"), "close 1000 "),
        row(
            "a close inside a message",
            frames().frame(TEXT, bytes('a')).close(1000, bytes()).frame(FIN, bytes('b')),
            "close 1000 "));
  }

  static Stream<Arguments> violations() {
    return Stream.of(
        row(
            "RSV1 without compression",
            frames().frame(FIN | RSV1 | TEXT, utf8("a")),
            "reserved_bits"),
        row("RSV2", frames().frame(FIN | 0x20 | TEXT, utf8("a")), "reserved_bits"),
        row("RSV3", frames().frame(FIN | 0x10 | BINARY, utf8("a")), "reserved_bits"),
        row("RSV3 on a ping", frames().frame(FIN | 0x10 | PING, bytes()), "reserved_bits"),
        row("no mask", frames().header(FIN | TEXT, 0, 1, false), "not_masked"),
        row("no mask on an empty frame", frames().header(FIN | PING, 0, 0, false), "not_masked"),
        row("a ping in fragments", frames().frame(PING, bytes()), "control_fragmented"),
        row("a pong in fragments", frames().frame(PONG, bytes()), "control_fragmented"),
        row("a close in fragments", frames().frame(CLOSE, bytes()), "control_fragmented"),
        row("a ping of 126 bytes", frames().ping("p".repeat(126)), "control_too_long"),
        row("a close of 126 bytes", frames().close(1000, new byte[124]), "control_too_long"),
        row("a ping of 2^16 bytes", frames().ping("p".repeat(65536)), "control_too_long"),
        row("125 in two bytes", frames().header(FIN | TEXT, 2, 125, true), "length_not_minimal"),
        row("0 in two bytes", frames().header(FIN | TEXT, 2, 0, true), "length_not_minimal"),
        row("65,535 in eight", frames().header(FIN | TEXT, 8, 65535, true), "length_not_minimal"),
        row("1 in eight bytes", frames().header(FIN | TEXT, 8, 1, true), "length_not_minimal"),
        row("2^63 bytes", frames().header(FIN | BINARY, 8, Long.MIN_VALUE, true), "length_top_bit"),
        row("2^64 - 1 bytes", frames().header(FIN | BINARY, 8, -1, true), "length_top_bit"),
        row("2^63 - 1 bytes", frames().header(BINARY, 8, Long.MAX_VALUE, true), "message_too_big"),
        row("a lone continuation", frames().frame(FIN, bytes()), "continuation_without_start"),
        row("a lone unfinished one", frames().frame(0, bytes('a')), "continuation_without_start"),
        row(
            "a continuation after the end",
            frames().frame(TEXT, bytes()).frame(FIN, bytes()).frame(0, bytes()),
            "text ",
            "continuation_without_start"),
        row(
            "a text inside a text",
            frames().frame(TEXT, bytes('a')).text("b"),
            "message_inside_message"),
        row(
            "a binary inside a text",
            frames().frame(TEXT, bytes('a')).frame(BINARY, bytes('b')),
            "message_inside_message"),
        row("a close of one byte", frames().frame(FIN | CLOSE, bytes(3)), "close_truncated"),
        row("a wrong reason", frames().close(1000, bytes(0xFF)), "close_encoding"),
        row("a reason cut short", frames().close(1000, bytes('a', 0xC3)), "close_encoding"),
        row("a wrong text", frames().frame(FIN | TEXT, bytes('a', 0xFF)), "text_encoding"),
        row(
            "a text cut short",
            frames().frame(FIN | TEXT, bytes('a', 0xE2, 0x82)),
            "text_encoding"),
        row("a surrogate", frames().frame(FIN | TEXT, bytes(0xED, 0xA0, 0x80)), "text_encoding"),
        row(
            "a text cut short by an empty fragment",
            frames().frame(TEXT, bytes(0xC3)).frame(FIN, bytes()),
            "text_encoding"),
        row(
            "a wrong text after a right one",
            frames().text("a").frame(FIN | TEXT, bytes(0xC0, 0x80)).text("b"),
            "text a",
            "text_encoding"));
  }

  static Stream<Arguments> reservedOpcodes() {
    return IntStream.of(3, 4, 5, 6, 7, 0xB, 0xC, 0xD, 0xE, 0xF)
        .mapToObj(o -> row("opcode " + o, frames().frame(FIN | o, bytes()), "reserved_opcode"));
  }

  static Stream<Arguments> closeCodes() {
    List<Integer> right =
        List.of(1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014);
    List<Integer> wrong =
        List.of(0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535);
    return Stream.of(
            right.stream().map(c -> closing(c, "close " + c + " bye")),
            Stream.of(3000, 3999, 4000, 4999).map(c -> closing(c, "close " + c + " bye")),
            wrong.stream().map(c -> closing(c, "close_code")))
        .flatMap(rows -> rows);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"valid", "violations", "reservedOpcodes", "closeCodes"})
  void isHeardAs(String sentence, ClientFrames frames, List<String> calls) {
    try (Line whole = Line.plain();
        Line bytewise = Line.plain()) {
      assertThat(whole.feed(frames).calls()).as(sentence).isEqualTo(calls);
      assertThat(bytewise.feed(frames.bytes(), 1).calls()).as(sentence).isEqualTo(calls);
    }
  }

  private static Arguments closing(int code, String call) {
    return row("close with " + code, frames().close(code, utf8("bye")), call);
  }

  /** A call without a blank is the reason of a violation. */
  private static Arguments row(String sentence, ClientFrames frames, String... calls) {
    List<String> heard = new ArrayList<>();
    for (String call : calls) {
      heard.add(call.contains(" ") ? call : "broken " + call);
    }
    return Arguments.of(sentence, frames, heard);
  }

  private static ClientFrames frames() {
    return new ClientFrames();
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
