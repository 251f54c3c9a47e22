package io.sluice.client;

import io.sluice.model.ClientCode;
import io.sluice.model.Limits;
import io.sluice.protocol.json.JsonPayload;
import io.sluice.protocol.json.JsonWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON text out of plain values, for programs that have no JSON library at hand. */
public final class Json {
  private static final Limits.Json LIMITS =
      new Limits.Json(512, Integer.MAX_VALUE, Integer.MAX_VALUE, 8);

  private Json() {}

  /**
   * Writes maps, iterables, strings, numbers, booleans and null.
   *
   * @throws SluiceException {@code invalid_option} for anything else, and for numbers that JSON
   *     does not have
   */
  public static String of(@Nullable Object value) {
    JsonWriter out = new JsonWriter();
    write(value, out, 0);
    return new String(out.take(), StandardCharsets.UTF_8);
  }

  private static void write(@Nullable Object value, JsonWriter out, int depth) {
    if (depth > LIMITS.depth()) {
      throw new SluiceException(ClientCode.INVALID_OPTION, "Values are nested too deep");
    }
    switch (value) {
      case null -> out.raw("null");
      case CharSequence text -> out.string(text.toString());
      case Boolean bool -> out.raw(bool.toString());
      case Integer number -> out.number(number);
      case Long number -> out.number(number);
      case Short number -> out.number(number);
      case Byte number -> out.number(number);
      case BigInteger number -> out.raw(number.toString());
      case BigDecimal number -> out.raw(number.toString());
      case Double number -> out.raw(finite(number, number.toString()));
      case Float number -> out.raw(finite(number, number.toString()));
      case Map<?, ?> map -> object(map, out, depth);
      case Iterable<?> values -> array(values, out, depth);
      default ->
          throw new SluiceException(
              ClientCode.INVALID_OPTION, value.getClass() + " has no form in JSON");
    }
  }

  private static String finite(double number, String text) {
    if (!Double.isFinite(number)) {
      throw new SluiceException(ClientCode.INVALID_OPTION, "JSON has no " + text);
    }
    return text;
  }

  private static void object(Map<?, ?> map, JsonWriter out, int depth) {
    char mark = '{';
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof CharSequence name)) {
        throw new SluiceException(ClientCode.INVALID_OPTION, "Names in JSON are strings");
      }
      out.raw(mark).string(name.toString()).raw(':');
      write(entry.getValue(), out, depth + 1);
      mark = ',';
    }
    out.raw(mark == '{' ? "{}" : "}");
  }

  private static void array(Iterable<?> values, JsonWriter out, int depth) {
    char mark = '[';
    for (Object value : values) {
      out.raw(mark);
      write(value, out, depth + 1);
      mark = ',';
    }
    out.raw(mark == '[' ? "[]" : "]");
  }

  /** A payload as it will be sent, blanks around it removed. */
  static String payload(String json) {
    return judge(json, ClientCode.INVALID_PAYLOAD.text(), "The payload is not JSON");
  }

  /** A filter as it will be sent. */
  static String filter(String json) {
    String good = judge(json, "invalid_filter", "The filter is not JSON");
    if (good.charAt(0) != '{') {
      throw new SluiceException("invalid_filter", "A filter is an object");
    }
    return good;
  }

  private static String judge(String json, String code, String trouble) {
    try {
      ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(json));
      byte[] bytes = new byte[utf8.remaining()];
      utf8.get(bytes);
      JsonPayload payload = JsonPayload.parse(bytes, LIMITS);
      if (payload != null) {
        byte[] good = payload.bytes();
        return good.length == bytes.length ? json : new String(good, StandardCharsets.UTF_8);
      }
    } catch (CharacterCodingException e) {
      throw new SluiceException(code, trouble + ": half a surrogate pair", 0, e);
    }
    throw new SluiceException(code, trouble);
  }
}
