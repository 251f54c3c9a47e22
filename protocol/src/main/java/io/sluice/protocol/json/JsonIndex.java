package io.sluice.protocol.json;

import io.sluice.model.Fields;
import io.sluice.model.Scalar;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of an object, decoded once, for many to ask. Immutable. */
final class JsonIndex implements Fields {
  /** What a map's entry, a name and a value take, roughly, beside their characters. */
  private static final int ENTRY_BYTES = 112;

  private final Map<String, Member> members;
  private final int retainedBytes;

  private JsonIndex(Map<String, Member> members, int retainedBytes) {
    this.members = members;
    this.retainedBytes = retainedBytes;
  }

  /** Reads an object; null if it has too many members to be kept. */
  static @Nullable JsonIndex of(byte[] bytes, int pathDepth) {
    Reading reading = new Reading(bytes, pathDepth);
    Map<String, Member> members = reading.object(0, 1);
    return reading.isTooLarge() ? null : new JsonIndex(members, reading.retainedBytes);
  }

  @Override
  public @Nullable Scalar get(String path) {
    Member whole = members.get(path);
    if (whole != null) {
      return scalar(whole);
    }
    int dot = path.indexOf('.');
    return dot < 0 ? null : find(path, dot);
  }

  private @Nullable Scalar find(String path, int firstDot) {
    Map<String, Member> object = members;
    int from = 0;
    int dot = firstDot;
    while (dot >= 0) {
      if (!(object.get(path.substring(from, dot)) instanceof Nested nested)) {
        return null;
      }
      object = nested.members;
      from = dot + 1;
      dot = path.indexOf('.', from);
    }
    Member last = object.get(path.substring(from));
    return last == null ? null : scalar(last);
  }

  private static @Nullable Scalar scalar(Member member) {
    return member instanceof Leaf leaf ? leaf.value : null;
  }

  @Override
  public int retainedBytes() {
    return retainedBytes;
  }

  private sealed interface Member {}

  private record Leaf(Scalar value) implements Member {}

  private record Nested(Map<String, Member> members) implements Member {}

  /** A member that is there and is nothing a filter can compare. */
  private enum Opaque implements Member {
    OPAQUE
  }

  /** Owner: {@link #of}. One pass over an object. */
  private static final class Reading {
    private final byte[] bytes;
    private final int pathDepth;
    private int left = JsonPayload.INDEXED;
    private int retainedBytes;

    Reading(byte[] bytes, int pathDepth) {
      this.bytes = bytes;
      this.pathDepth = pathDepth;
    }

    boolean isTooLarge() {
      return left < 0;
    }

    Map<String, Member> object(int from, int depth) {
      Map<String, Member> members = new HashMap<>();
      JsonCursor cursor = new JsonCursor(bytes, from);
      while (left >= 0 && cursor.next()) {
        left--;
        int to = cursor.valueTo();
        retainedBytes += ENTRY_BYTES + cursor.nameLength() + to - cursor.valueFrom();
        members.put(cursor.name(), member(cursor.valueFrom(), to, depth));
      }
      return members;
    }

    private Member member(int from, int to, int depth) {
      if (bytes[from] == '{' && depth < pathDepth) {
        return new Nested(object(from, depth + 1));
      }
      Scalar scalar = JsonScalar.read(bytes, from, to);
      return scalar == null ? Opaque.OPAQUE : new Leaf(scalar);
    }
  }
}
