package io.sluice.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Fields;
import io.sluice.model.Limits;
import io.sluice.model.Scalar;
import io.sluice.protocol.Seeds;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks an independent reader about random documents, whole and spoilt: both must agree on what is
 * JSON, and on what the fields are.
 */
final class SecondOpinionTest {
  private static final JsonMapper OTHER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .build();

  /** Half a surrogate pair, which the other reader lets pass in an escape. */
  private static final Pattern SURROGATE = Pattern.compile("\\\\u[dD][89a-fA-F]");

  private static final String SPOIL = "{}[]\",:\\ \n\t0123456789+-.eEtruefalsnd\u0001\u007f";

  private final JsonScanner scanner = new JsonScanner(Limits.Json.DEFAULTS);

  @Test
  void bothAgreeOnWhatIsJson() {
    long seed = Seeds.any();
    Random random = new Random(seed);
    int good = 0;
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      new Documents(random).value(text, 0);
      for (int times = random.nextInt(3); times > 0 && !text.isEmpty(); times--) {
        spoil(text, random);
      }
      byte[] bytes = text.toString().getBytes(UTF_8);
      boolean ours = scanner.isValue(bytes, 0, bytes.length);
      good += ours ? 1 : 0;
      if (ours || !SURROGATE.matcher(text).find()) {
        assertThat(ours).as("seed %d: %s", seed, text).isEqualTo(otherPasses(bytes));
      }
    }
    assertThat(good).as("seed %d", seed).isBetween(5_000, 18_000);
  }

  private static void spoil(StringBuilder text, Random random) {
    int at = random.nextInt(text.length());
    char c = SPOIL.charAt(random.nextInt(SPOIL.length()));
    switch (random.nextInt(3)) {
      case 0 -> text.insert(at, c);
      case 1 -> text.deleteCharAt(at);
      default -> text.setCharAt(at, c);
    }
  }

  private static boolean otherPasses(byte[] bytes) {
    int values = 0;
    int depth = 0;
    try (JsonParser parser = OTHER.createParser(bytes)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        parser.getString();
        depth -= token.isStructEnd() ? 1 : 0;
        values += depth == 0 && !token.isStructEnd() ? 1 : 0;
        depth += token.isStructStart() ? 1 : 0;
      }
      return values == 1;
    } catch (JacksonException e) {
      return false;
    }
  }

  @Test
  void bothReadTheSameFieldsWhetherDecodedOrNoted() {
    long seed = Seeds.any();
    Random random = new Random(seed);
    for (int round = 0; round < 3_000; round++) {
      StringBuilder text = new StringBuilder();
      new Documents(random).object(text, 0);
      byte[] bytes = text.toString().getBytes(UTF_8);
      Map<?, ?> other = (Map<?, ?>) OTHER.readValue(bytes, Object.class);
      JsonPayload payload = JsonPayload.parse(bytes, Limits.Json.DEFAULTS);
      Fields table = JsonTable.of(payload.bytes(), Limits.Json.DEFAULTS.pathDepth());
      for (String path : List.of("a", "b", "a.b", "b.a", "a.a.b", "é", "", "a.", "b.é.a", "x")) {
        String as = "seed " + seed + ": " + path + " of " + text;
        assertThat(payload.readFields().get(path)).as(as).isEqualTo(find(other, path));
        assertThat(table.get(path)).as(as).isEqualTo(find(other, path));
      }
    }
  }

  private static Scalar find(Map<?, ?> object, String path) {
    if (object.containsKey(path)) {
      return scalar(object.get(path));
    }
    Object at = object;
    for (String name : path.split("\\.", -1)) {
      if (!(at instanceof Map<?, ?> map) || !map.containsKey(name)) {
        return null;
      }
      at = map.get(name);
    }
    return scalar(at);
  }

  private static Scalar scalar(Object value) {
    return switch (value) {
      case null -> Scalar.Null.NULL;
      case String text -> new Scalar.Text(text);
      case Boolean bool -> new Scalar.Bool(bool);
      case Number number -> new Scalar.Numeric(new BigDecimal(number.toString()));
      default -> null;
    };
  }

  /** Makes documents: mostly good, mostly small, with all that is awkward in JSON. */
  private record Documents(Random random) {
    private static final List<String> NAMES =
        List.of("a", "b", "\\u0061", "é", "\\u00e9", "", "a.b", "a name of many letters", "\\n");
    private static final List<String> TEXTS =
        List.of(
            "", "x", "é😀", "\\ud83d\\ude00", "\\\\\\\"\\/", "\\u0000", "twelve bytes", "\\b\\f");
    private static final List<String> NUMBERS =
        List.of(
            "0", "-0", "1", "1.0", "10e-1", "-12.50E+3", "123456789012345678901234567890", "1e99");
    private static final List<String> BLANKS = List.of("", "", "", " ", "\n", "\r\t ");

    void value(StringBuilder text, int depth) {
      text.append(any(BLANKS));
      switch (random.nextInt(depth > 4 ? 4 : 7)) {
        case 0 -> text.append(any(List.of("true", "false", "null")));
        case 1, 2 -> text.append(any(NUMBERS));
        case 3 -> text.append('"').append(any(TEXTS)).append(any(TEXTS)).append('"');
        case 4 -> array(text, depth);
        default -> object(text, depth);
      }
      text.append(any(BLANKS));
    }

    void array(StringBuilder text, int depth) {
      text.append('[').append(any(BLANKS));
      for (int left = random.nextInt(4); left > 0; left--) {
        value(text, depth + 1);
        text.append(left > 1 ? "," : "");
      }
      text.append(']');
    }

    /** No two names alike: the escaped ones are another's twin, so only one of each is taken. */
    void object(StringBuilder text, int depth) {
      text.append('{');
      String mark = "";
      for (int i = 0; i < NAMES.size(); i++) {
        boolean twin = NAMES.get(i).startsWith("\\u00");
        if (!twin && random.nextInt(3) == 0) {
          String name = i + 2 < NAMES.size() && random.nextBoolean() ? twinOf(i) : NAMES.get(i);
          text.append(mark).append(any(BLANKS)).append('"').append(name).append('"');
          text.append(any(BLANKS)).append(':');
          value(text, depth + 1);
          mark = ",";
        }
      }
      text.append(any(BLANKS)).append('}');
    }

    private static String twinOf(int i) {
      return switch (NAMES.get(i)) {
        case "a" -> "\\u0061";
        case "é" -> "\\u00e9";
        default -> NAMES.get(i);
      };
    }

    private String any(List<String> choices) {
      return choices.get(random.nextInt(choices.size()));
    }
  }
}
