package io.sluice.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Limits;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonScannerTest {
  private final JsonScanner scanner = new JsonScanner(Limits.Json.DEFAULTS);

  @Test
  void itSaysWhereTheMembersLie() {
    byte[] text = "~ {\"a\" : [1, 2] ,\"\\u0062\":\"x\\\"\", \"c\":-1.5e3}\n~".getBytes(UTF_8);
    List<String> members = new ArrayList<>();
    scanner.open(text, 1, text.length - 1);
    while (scanner.next()) {
      String name = new String(text, scanner.nameFrom(), scanner.nameTo() - scanner.nameFrom());
      String value = new String(text, scanner.valueFrom(), scanner.valueTo() - scanner.valueFrom());
      members.add(name + (scanner.nameEscaped() ? " escaped " : " ") + value);
    }
    assertThat(scanner.complete()).isTrue();
    assertThat(members).containsExactly("a [1, 2]", "\\u0062 escaped \"x\\\"\"", "c -1.5e3");
  }

  @Test
  void itHoldsNoTextBetweenMessages() {
    scanner.open("{\"a\":1}".getBytes(UTF_8), 0, 7);
    while (scanner.next()) {
      assertThat(scanner.holdsText()).isTrue();
    }
    assertThat(scanner.complete()).isTrue();
    assertThat(scanner.holdsText()).isFalse();
    assertThat(isValue("[oops")).isFalse();
    assertThat(scanner.holdsText()).isFalse();
  }

  @Test
  void aTextThatWasNotReadToItsEndIsNotComplete() {
    scanner.open("{\"a\":1,\"b\":2}".getBytes(UTF_8), 0, 13);
    assertThat(scanner.next()).isTrue();
    assertThat(scanner.complete()).isFalse();
    assertThat(isValue("{\"a\":1,\"b\":2}")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "0",
        "-0",
        "1.5",
        "1E+5",
        "1e-05",
        "\"\"",
        "true",
        "false",
        "null",
        " [ ] ",
        "[{},{\"\":[]}]",
        "\"\\ud83d\\ude00\"",
        "\"\\uD83D\\uDE00\"",
        "\"\\u0000\"",
        "\"\u007f\"",
        "{\"a\":{\"a\":{\"a\":1}},\"b\":{\"a\":1}}",
        "[{\"a\":1},{\"a\":1}]",
        "\"12345678\\\"\""
      })
  void itPassesWhatIsJson(String text) {
    assertThat(isValue(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "nul",
        "nulll",
        "TRUE",
        "tru\u0000",
        "01",
        "-",
        "--1",
        "1.",
        ".1",
        "1e",
        "1e+",
        "+1",
        "0x1",
        "Infinity",
        "[",
        "]",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{",
        "}",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}",
        "{,}",
        "{a:1}",
        "{1:1}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":1}",
        "\"",
        "\"\\\"",
        "\"\\",
        "\"\\x\"",
        "\"\\u\"",
        "\"\\u12g4\"",
        "\"\\u123\"",
        "\"\t\"",
        "\"1234567\n\"",
        "\"\\ud800\"",
        "\"\\udfff\"",
        "\"\\ud800\\ud800\"",
        "\"\\ud800x\\udc00\"",
        "\"\\ud800\\n\"",
        "1 2",
        "{} {}",
        "[}",
        "{]",
        "/**/1",
        "1//",
        "\u00a01",
        "\ufeff1",
        "{\"a\":1,\"a\":1}",
        "[[{\"x\":0,\"y\":{\"x\":0},\"x\":0}]]",
        "{\"é\":1,\"\\u00e9\":1}",
        "{\"\":1,\"\":1}"
      })
  void itRefusesWhatIsNot(String text) {
    assertThat(isValue(text)).isFalse();
  }

  @Test
  void nothingIsNestedDeeperThanTheLimit() {
    JsonScanner shallow = new JsonScanner(new Limits.Json(3, 10, 10, 8));
    assertThat(isValue(shallow, "[{\"a\":[1]}]")).isTrue();
    assertThat(isValue(shallow, "[{\"a\":[[]]}]")).isFalse();
    assertThat(isValue(shallow, "[[{}]]")).isTrue();
    assertThat(isValue(shallow, "[[{\"a\":{}}]]")).isFalse();
  }

  @Test
  void noLimitLetsAPeerSpendTheStack() {
    JsonScanner boundless = new JsonScanner(new Limits.Json(Integer.MAX_VALUE, 10, 10, 8));
    int most = JsonScanner.MAX_DEPTH;
    assertThat(isValue(boundless, "[".repeat(most) + "]".repeat(most))).isTrue();
    assertThat(isValue(boundless, "[".repeat(most + 1) + "]".repeat(most + 1))).isFalse();
    assertThat(isValue(boundless, "{\"a\":".repeat(200_000))).isFalse();
  }

  @Test
  void aNumberIsNoLongerThanTheLimit() {
    JsonScanner narrow = new JsonScanner(new Limits.Json(3, 6, 10, 8));
    assertThat(isValue(narrow, "[-1.5e3,123456]")).isTrue();
    assertThat(isValue(narrow, "-1.5e33")).isFalse();
    assertThat(isValue(narrow, "1234567")).isFalse();
  }

  @Test
  void aNameIsNoLongerThanTheLimitInCharacters() {
    JsonScanner narrow = new JsonScanner(new Limits.Json(3, 6, 4, 8));
    assertThat(isValue(narrow, "{\"éééé\":1,\"😀😀\":1,\"\\u0041\\n\\\"x\":1}")).isTrue();
    assertThat(isValue(narrow, "{\"ééééé\":1}")).isFalse();
    assertThat(isValue(narrow, "{\"abcde\":1}")).isFalse();
    assertThat(isValue(narrow, "{\"😀😀x\":1}")).isFalse();
  }

  @Test
  void aRepeatedNameIsNoticedHoweverManyThereAre() {
    StringBuilder names = new StringBuilder("{\"n0\":0");
    for (int i = 1; i < 50_000; i++) {
      names.append(",\"n").append(i).append("\":").append(i % 10);
    }
    assertThat(isValue(names + "}")).isTrue();
    assertThat(isValue(names + ",\"n1\":0}")).isFalse();
    assertThat(isValue(names + ",\"n49999\":0}")).isFalse();
    assertThat(isValue(names + ",\"\\u006e25000\":0}")).isFalse();
    assertThat(isValue("[" + names + "}," + names + "}]")).isTrue();
  }

  @Test
  void roomForManyNamesIsNotKept() {
    JsonNames names = new JsonNames();
    byte[] text = new byte[4 * 5_000];
    int object = names.enter();
    for (int i = 0; i < 5_000; i++) {
      for (int digit = 0; digit < 4; digit++) {
        text[4 * i + digit] = (byte) ('a' + (i >> 4 * digit & 15));
      }
      assertThat(names.add(object, text, 4 * i, 4 * i + 4, false)).isTrue();
    }
    assertThat(names.capacity()).isGreaterThanOrEqualTo(5_000);
    names.clear();
    assertThat(names.capacity()).isLessThanOrEqualTo(512);
  }

  private boolean isValue(String text) {
    return isValue(scanner, text);
  }

  private static boolean isValue(JsonScanner scanner, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return scanner.isValue(bytes, 0, bytes.length);
  }
}
