package io.sluice.protocol.json;

import io.sluice.model.Fields;
import io.sluice.model.Limits;
import io.sluice.model.Payload;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Data that came as JSON: one value, byte for byte, without the blanks around it. Immutable.
 *
 * <p>Its fields are the members of the object it is. A dotted path leads into nested objects, at
 * most {@code limits.json.pathDepth} names long; a longer one finds nothing. Small data is decoded
 * in one pass; of an object with more than {@link #INDEXED} members, nested ones included, only the
 * places are noted, so that what is kept beside the data stays below twice its size.
 */
public final class JsonPayload implements Payload {
  /** At most so many members are decoded; beyond it each field is when it is asked for. */
  public static final int INDEXED = 512;

  private final byte[] bytes;
  private final int pathDepth;

  private JsonPayload(byte[] bytes, int pathDepth) {
    this.bytes = bytes;
    this.pathDepth = pathDepth;
  }

  /** Copies a value that a {@link JsonScanner} has judged good out of the message it came in. */
  public static JsonPayload copy(byte[] message, int from, int to, Limits.Json limits) {
    return new JsonPayload(Arrays.copyOfRange(message, from, to), limits.pathDepth());
  }

  /** Takes a value over that is known to be good, without blanks around it. */
  public static JsonPayload of(byte[] value, Limits.Json limits) {
    return new JsonPayload(value, limits.pathDepth());
  }

  /** Judges a text; null if it is not exactly one JSON value within the limits. */
  public static @Nullable JsonPayload parse(byte[] text, Limits.Json limits) {
    if (!new JsonScanner(limits).isValue(text, 0, text.length)) {
      return null;
    }
    int from = 0;
    int to = text.length;
    while (isBlank(text[from])) {
      from++;
    }
    while (isBlank(text[to - 1])) {
      to--;
    }
    return copy(text, from, to, limits);
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  @Override
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public Fields readFields() {
    if (bytes[0] != '{') {
      return Fields.NONE;
    }
    Fields index = JsonIndex.of(bytes, pathDepth);
    return index == null ? JsonTable.of(bytes, pathDepth) : index;
  }
}
