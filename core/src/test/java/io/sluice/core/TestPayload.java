package io.sluice.core;

import io.sluice.model.Fields;
import io.sluice.model.Filter;
import io.sluice.model.Payload;
import io.sluice.model.Scalar;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Data with the fields a test gives it; counts how often it is read and asked. Any thread. */
public final class TestPayload implements Payload {
  private final byte[] bytes;
  private final Map<String, Scalar> fields;
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicInteger questions = new AtomicInteger();

  private TestPayload(byte[] bytes, Map<String, Scalar> fields) {
    this.bytes = bytes;
    this.fields = fields;
  }

  public static TestPayload of(String text) {
    return new TestPayload(text.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  public static TestPayload ofSize(int bytes) {
    return new TestPayload(new byte[bytes], Map.of());
  }

  /** The same data with one field more. */
  public TestPayload with(String field, String value) {
    Map<String, Scalar> more = new TreeMap<>(fields);
    more.put(field, new Scalar.Text(value));
    return new TestPayload(bytes, more);
  }

  /** A filter that wants this value in this field. */
  public static Filter filter(String field, String value) {
    return new Filter(new TreeMap<>(Map.of(field, Set.of(new Scalar.Text(value)))));
  }

  @Override
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public Fields readFields() {
    reads.incrementAndGet();
    return new Fields() {
      @Override
      public @Nullable Scalar get(String path) {
        questions.incrementAndGet();
        return fields.get(path);
      }

      @Override
      public int retainedBytes() {
        return 64;
      }
    };
  }

  /** Whether the filter passes, without counting. */
  public boolean passes(Filter filter) {
    return filter.terms().entrySet().stream()
        .allMatch(
            term -> {
              Scalar value = fields.get(term.getKey());
              return value != null && term.getValue().contains(value);
            });
  }

  /** The value of a field, without counting; null if there is none. */
  public @Nullable Scalar field(String name) {
    return fields.get(name);
  }

  /** How often the fields were read out of the bytes. */
  public int reads() {
    return reads.get();
  }

  /** How often a filter asked for a field. */
  public int questions() {
    return questions.get();
  }

  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8) + fields;
  }
}
