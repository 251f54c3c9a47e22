package io.sluice.protocol.json;

import io.sluice.model.Fields;
import io.sluice.model.Scalar;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an object too large to be decoded whole: a sorted table of where its members lie,
 * sixteen bytes for each, and each value decoded when it is asked for. Immutable.
 */
final class JsonTable implements Fields {
  private static final int ABSENT = -1;

  private final byte[] bytes;

  /** Hash of a member's name in its object, and the member's number, in rising order. */
  private final long[] order;

  /** For each member by number: where its object begins, and where its name. */
  private final int[] places;

  private JsonTable(byte[] bytes, long[] order, int[] places) {
    this.bytes = bytes;
    this.order = order;
    this.places = places;
  }

  /** Reads an object. */
  static JsonTable of(byte[] bytes, int pathDepth) {
    Reading reading = new Reading(bytes, pathDepth);
    reading.object(0, 1);
    long[] order = Arrays.copyOf(reading.order, reading.count);
    Arrays.sort(order);
    return new JsonTable(bytes, order, Arrays.copyOf(reading.places, 2 * reading.count));
  }

  @Override
  public @Nullable Scalar get(String path) {
    int whole = find(0, path);
    return whole != ABSENT || path.indexOf('.') < 0 ? scalar(whole) : scalar(follow(path));
  }

  private int follow(String path) {
    int object = 0;
    int from = 0;
    int dot = path.indexOf('.');
    while (dot >= 0) {
      object = find(object, path.substring(from, dot));
      if (object == ABSENT || bytes[object] != '{') {
        return ABSENT;
      }
      from = dot + 1;
      dot = path.indexOf('.', from);
    }
    return find(object, path.substring(from));
  }

  /** Where the value of an object's member begins. */
  private int find(int object, String name) {
    byte[] utf8 = JsonString.utf8(name);
    long key = (long) JsonHash.of(object, utf8, 0, utf8.length) << 32;
    int i = Arrays.binarySearch(order, key);
    for (i = i < 0 ? ~i : i; i < order.length && order[i] >> 32 == key >> 32; i++) {
      int member = 2 * (int) order[i];
      if (places[member] == object) {
        int from = places[member + 1];
        int to = JsonCursor.skipString(bytes, from - 1) - 1;
        if (JsonString.decode(bytes, from, to).equals(name)) {
          return JsonCursor.valueBehind(bytes, to);
        }
      }
    }
    return ABSENT;
  }

  private @Nullable Scalar scalar(int from) {
    if (from == ABSENT || bytes[from] == '{' || bytes[from] == '[') {
      return null;
    }
    return JsonScalar.read(bytes, from, JsonCursor.skip(bytes, from));
  }

  @Override
  public int retainedBytes() {
    return order.length * (Long.BYTES + 2 * Integer.BYTES);
  }

  /** Owner: {@link #of}. One pass over an object. */
  private static final class Reading {
    private final byte[] bytes;
    private final int pathDepth;
    private long[] order = new long[2 * JsonPayload.INDEXED];
    private int[] places = new int[4 * JsonPayload.INDEXED];
    private int count;

    Reading(byte[] bytes, int pathDepth) {
      this.bytes = bytes;
      this.pathDepth = pathDepth;
    }

    void object(int object, int depth) {
      JsonCursor cursor = new JsonCursor(bytes, object);
      while (cursor.next()) {
        int name = cursor.nameFrom();
        int end = name + cursor.nameLength();
        add(JsonHash.of(object, bytes, name, end, cursor.nameEscaped()), object, name);
        if (cursor.kind() == '{' && depth < pathDepth) {
          object(cursor.valueFrom(), depth + 1);
        }
      }
    }

    private void add(int hash, int object, int name) {
      if (count == order.length) {
        order = Arrays.copyOf(order, 2 * count);
        places = Arrays.copyOf(places, 4 * count);
      }
      order[count] = (long) hash << 32 | count;
      places[2 * count] = object;
      places[2 * count + 1] = name;
      count++;
    }
  }
}
