package io.sluice.protocol.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/**
 * Hashes of names within their object, keyed with random numbers of this process, so that nobody
 * can choose names that fall together.
 */
final class JsonHash {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long SEED = new SplittableRandom().nextLong();
  private static final long FACTOR = new SplittableRandom().nextLong() | 1;

  private JsonHash() {}

  /** The hash of a name in UTF-8, without escapes. */
  static int of(int object, byte[] bytes, int from, int to) {
    long hash = SEED + object;
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      hash = mix(hash ^ (long) WORDS.get(bytes, i));
    }
    long rest = (long) to - from;
    for (; i < to; i++) {
      rest = rest << 8 | (bytes[i] & 0xFF);
    }
    return (int) mix(hash ^ rest);
  }

  /** The hash of a name as it stands between its quotes. */
  static int of(int object, byte[] bytes, int from, int to, boolean escaped) {
    if (!escaped) {
      return of(object, bytes, from, to);
    }
    byte[] decoded = JsonString.utf8(JsonString.decode(bytes, from, to));
    return of(object, decoded, 0, decoded.length);
  }

  private static long mix(long word) {
    long product = word * FACTOR;
    return product ^ product >>> 32;
  }
}
