package io.sluice.services.agents;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON as trees: members stay in the order they were put in, and numbers keep their value. */
final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  // Names come from strangers: none may stay in a table of the process.
                  .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
                  .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private static final byte[] UNKNOWN = "\uFFFD".getBytes(UTF_8);

  /** Characters of an escape by its number. */
  private static final int ESCAPED = 6;

  /** So many digits a number may have before and behind its point: a few more than a double. */
  static final int MOST_DIGITS = 400;

  private Json() {}

  /** A new object without members. */
  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** The value these bytes spell; null if they spell none. */
  static @Nullable JsonNode read(byte[] utf8) {
    try {
      return MAPPER.readTree(utf8);
    } catch (JacksonException e) {
      return null;
    }
  }

  /** The object this text spells. */
  static ObjectNode object(String text) {
    if (MAPPER.readTree(text) instanceof ObjectNode object) {
      return object;
    }
    throw new IllegalArgumentException("not a JSON object");
  }

  /**
   * Whether there is a number in it with which nothing may be reckoned: a few characters spell one
   * of a thousand million digits, and whoever adds one to it writes them all.
   */
  static boolean isBeyondReckoning(JsonNode node) {
    if (node.isNumber()) {
      BigDecimal value = node.decimalValue();
      return value.scale() > MOST_DIGITS || (long) value.precision() - value.scale() > MOST_DIGITS;
    }
    for (JsonNode inner : node) {
      if (isBeyondReckoning(inner)) {
        return true;
      }
    }
    return false;
  }

  /** The bytes, always the same for the same tree, and always true UTF-8. */
  static byte[] write(JsonNode node) {
    return mended(MAPPER.writeValueAsBytes(node));
  }

  /** A string member; null if there is none, or it is another kind. */
  static @Nullable String text(JsonNode object, String name) {
    JsonNode value = object.get(name);
    return value != null && value.isString() ? value.stringValue() : null;
  }

  /** Puts a mark in the place of each half of a pair that has lost its other half. */
  private static byte[] mended(byte[] json) {
    ByteArrayOutputStream mended = null;
    int kept = 0;
    int at = 0;
    while (at < json.length - 1) {
      if (json[at] != '\\') {
        at++;
        continue;
      }
      if (isHalf(json, at)) {
        mended = mended == null ? new ByteArrayOutputStream(json.length) : mended;
        mended.write(json, kept, at - kept);
        mended.writeBytes(UNKNOWN);
        kept = at + ESCAPED;
      }
      // Whatever is escaped, a backslash too, is passed over.
      at += 2;
    }
    if (mended == null) {
      return json;
    }
    mended.write(json, kept, json.length - kept);
    return mended.toByteArray();
  }

  /** Whole pairs are written as they are, so what is escaped of one is a half. */
  private static boolean isHalf(byte[] json, int at) {
    if (json[at + 1] != 'u' || (json[at + 2] | 0x20) != 'd') {
      return false;
    }
    int third = Character.digit(json[at + 3], 16);
    return third >= 8;
  }
}
