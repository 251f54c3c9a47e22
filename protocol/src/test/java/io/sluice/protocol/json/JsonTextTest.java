package io.sluice.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.Seeds;
import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

final class JsonTextTest {
  private static final long MAX = (1L << 53) - 1;
  private static final JsonMapper OTHER = new JsonMapper();

  @Test
  void textComesBackAsItWentInto() {
    long seed = Seeds.any();
    Random random = new Random(seed);
    for (int round = 0; round < 5_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int left = random.nextInt(30); left > 0; left--) {
        int point = random.nextInt(random.nextInt(3) == 0 ? 0x110000 : 0x100);
        text.appendCodePoint(point >= 0xD800 && point < 0xE000 ? 'x' : point);
      }
      byte[] into = new byte[JsonString.size(text.toString())];
      assertThat(JsonString.encode(text.toString(), into, 0))
          .as("seed %d", seed)
          .isEqualTo(into.length);
      assertThat(JsonString.decode(into, 1, into.length - 1))
          .as("seed %d", seed)
          .isEqualTo(text.toString());
      assertThat(OTHER.readValue(into, String.class))
          .as("seed %d", seed)
          .isEqualTo(text.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "0.0",
        "1",
        "-1",
        "10",
        "1000000",
        "1.5",
        "-1.50",
        "0.001",
        "1e3",
        "1E+3",
        "1e-3",
        "123456789012345678",
        "1234567890123456789",
        "12345678901234567890123",
        "-99999999999999999.5",
        "0.00000000000000000001",
        "100000000000000000000000000000",
        "1.000000000000000000000",
        "12.5e10",
        "-0.000e5",
        "9007199254740993",
        "1e999999999",
        "25e-999999998"
      })
  void aNumberHasItsValue(String json) {
    byte[] bytes = ("[" + json + "]").getBytes(UTF_8);
    BigDecimal value = JsonNumber.decimal(bytes, 1, bytes.length - 1);
    BigDecimal expected = new BigDecimal(json);
    assertThat(value)
        .isEqualTo(expected.signum() == 0 ? BigDecimal.ZERO : expected.stripTrailingZeros());
  }

  @Test
  void aNumberOfAThousandDigitsHasItsValue() {
    String digits = "7".repeat(500) + "." + "3".repeat(490);
    byte[] bytes = digits.getBytes(UTF_8);
    assertThat(JsonNumber.decimal(bytes, 0, bytes.length)).isEqualTo(new BigDecimal(digits));
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "-0,0",
    "-0.0e9,0",
    "7,7",
    "5.0,5",
    "1e3,1000",
    "0.5e1,5",
    "120e-1,12",
    "9007199254740991,9007199254740991",
    "9007199254740992,-1",
    "9007199254740991.0,9007199254740991",
    "-1,-1",
    "0.5,-1",
    "1e-1,-1",
    "9223372036854775807,-1",
    "9223372036854775808,-1",
    "18446744073709551617,-1",
    "1e400,-1",
    "1e999999999,-1",
    "1e-999999999,-1",
    "1e99999999999,-1"
  })
  void aWholeNumberIsWholeHoweverItIsWritten(String json, long expected) {
    byte[] bytes = json.getBytes(UTF_8);
    assertThat(JsonNumber.whole(bytes, 0, bytes.length, MAX)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"5\"", "true", "null", "{}", "[5]", "false"})
  void whatIsNoNumberIsNotWhole(String json) {
    byte[] bytes = json.getBytes(UTF_8);
    assertThat(JsonNumber.whole(bytes, 0, bytes.length, MAX)).isEqualTo(JsonNumber.NOT_WHOLE);
  }

  @Test
  void wholeNumbersAreWrittenAsJavaWritesThem() {
    for (long value :
        new long[] {0, 7, 10, -1, -10, MAX, Long.MAX_VALUE, Long.MIN_VALUE, 999, 1000}) {
      byte[] into = new byte[JsonWriter.numberSize(value)];
      assertThat(JsonWriter.number(value, into, 0)).isEqualTo(into.length);
      assertThat(new String(into, UTF_8)).isEqualTo(Long.toString(value));
    }
  }

  @Test
  void aWriterGrowsAndBeginsAnew() {
    JsonWriter writer = new JsonWriter();
    String text = "é".repeat(10_000);
    byte[] first = writer.raw('[').string(text).raw(",").number(-5).raw(']').take();
    assertThat(new String(first, UTF_8)).isEqualTo("[\"" + text + "\",-5]");
    assertThat(writer.verbatim("\"ü\"").take()).isEqualTo("\"ü\"".getBytes(UTF_8));
    assertThat(writer.take()).isEmpty();
  }
}
