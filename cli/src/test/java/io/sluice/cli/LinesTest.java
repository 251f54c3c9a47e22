package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.Message;
import io.sluice.model.Position;
import java.io.BufferedReader;
import java.io.StringReader;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinesTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  @Test
  void aMessageIsOneLineInBothForms() {
    Message message = new Message("a", "ann", "{\n \"x\": 1\r\n}", NOON, 7, false, null);
    assertThat(Lines.plain(message)).isEqualTo("a 7 ann {  \"x\": 1  }");
    assertThat(Lines.of(message))
        .isEqualTo(
            "{\"type\":\"message\",\"channel\":\"a\",\"from\":\"ann\",\"data\":{  \"x\": 1  },"
                + "\"timestamp\":\"2026-01-31T12:00:00.000Z\",\"offset\":7}");
  }

  @Test
  void theServersOwnHasNoSender() {
    Message message = new Message("a", null, "1", NOON, 7, true, null);
    assertThat(Lines.plain(message)).isEqualTo("a 7 - 1");
    assertThat(Lines.of(message))
        .startsWith("{\"type\":\"broadcast\",\"channel\":\"a\",\"data\":1,");
  }

  @Test
  void whatCameByAPatternSaysSo() {
    Message.Fed fed = new Message.Fed("e", new Position("f", 9), "a.*");
    assertThat(Lines.of(new Message("a.b", null, "1", NOON, 7, true, fed)))
        .endsWith(
            ",\"offset\":7,\"epoch\":\"e\",\"feed\":{\"epoch\":\"f\",\"offset\":9},\"pattern\":\"a.*\"}");
  }

  @Test
  void noMessageCommandsTheTerminal() {
    assertThat(Lines.oneLine("\"\u009b31m\u007f\"")).isEqualTo("\"\\u009b31m\\u007f\"");
    assertThat(Lines.oneLine("\"ü→\"")).isEqualTo("\"ü→\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "\"a\"", "null", " {\"a\":[]} "})
  void jsonIsJson(String text) {
    assertThat(Lines.isJson(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hello", "{a:1}", "1 2", "'a'", "01"})
  void otherTextIsNot(String text) {
    assertThat(Lines.isJson(text)).isFalse();
  }

  @Test
  void linesEndAsTheyLike() throws Exception {
    BufferedReader in = new BufferedReader(new StringReader("a\r\n\nb"));
    assertThat(Lines.read(in)).isEqualTo("a");
    assertThat(Lines.read(in)).isEmpty();
    assertThat(Lines.read(in)).isEqualTo("b");
    assertThat(Lines.read(in)).isNull();
  }
}
