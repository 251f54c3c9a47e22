package io.sluice.protocol.haip;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.model.HaipLimits;
import io.sluice.protocol.json.JsonCursor;
import io.sluice.protocol.json.JsonNumber;
import io.sluice.protocol.json.JsonString;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Owner: {@link #read}. A HAI's payload, read leniently: what is absent or makes no sense counts as
 * not said, for without HAI there is nobody to tell.
 */
final class HaiReader {
  private static final int MOST = 64;
  private static final int MAX_VERSION = 32;
  private static final List<Integer> OURS = List.of(Hai.MAJOR);

  private final byte[] bytes;
  private String version = "";
  private final List<Integer> majors = new ArrayList<>();
  private long events = Hai.UNSAID;
  private boolean legacy;
  private boolean modern;
  private Hai.@Nullable Seed seed;
  private Hai.@Nullable Official official;
  private boolean binary;
  private int runs = 1;
  private boolean resumes;
  private long lastReceived;
  private @Nullable String auth;

  private HaiReader(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Reads the object that begins there, which has been judged good. */
  static Hai read(byte[] bytes, int payload) {
    HaiReader reader = new HaiReader(bytes);
    JsonCursor cursor = new JsonCursor(bytes, payload);
    while (cursor.next()) {
      reader.member(cursor);
    }
    return reader.hai();
  }

  private Hai hai() {
    if (majors.isEmpty()) {
      int dot = version.indexOf('.');
      String major = dot < 0 ? version : version.substring(0, dot);
      boolean plain =
          !major.isEmpty() && major.length() < 4 && major.chars().allMatch(this::isDigit);
      majors.add(plain ? Integer.parseInt(major) : Hai.MAJOR);
    }
    return new Hai(
        // What nearly everybody says is one object for all.
        version.equals(Hai.VERSION) ? Hai.VERSION : version,
        majors.equals(OURS) ? OURS : List.copyOf(majors),
        events,
        legacy && !modern,
        seed,
        official,
        binary,
        runs,
        resumes,
        lastReceived,
        auth);
  }

  private boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private void member(JsonCursor cursor) {
    int from = cursor.valueFrom();
    switch (cursor.name()) {
      case "haip_version" -> version = text(cursor, MAX_VERSION);
      case "accept_major" -> majors(from);
      case "accept_events" -> events(from);
      case "flow_control" -> seed(from);
      case "capabilities" -> capabilities(from);
      case "last_rx_seq" -> lastReceived(from, cursor.valueTo());
      case "auth" -> auth(from, cursor.valueTo());
      default -> capability(cursor);
    }
  }

  private String text(JsonCursor cursor, int most) {
    int from = cursor.valueFrom();
    int to = cursor.valueTo();
    return cursor.kind() == '"' && to - from - 2 <= most
        ? JsonString.decode(bytes, from + 1, to - 1)
        : "";
  }

  private void majors(int from) {
    if (bytes[from] != '[') {
      return;
    }
    JsonCursor cursor = new JsonCursor(bytes, from);
    while (cursor.next() && majors.size() < MOST) {
      long major = whole(cursor);
      if (major >= 0) {
        majors.add((int) major);
      }
    }
  }

  private long whole(JsonCursor cursor) {
    return JsonNumber.whole(bytes, cursor.valueFrom(), cursor.valueTo(), Integer.MAX_VALUE);
  }

  private void events(int from) {
    if (bytes[from] != '[') {
      return;
    }
    events = 0;
    JsonCursor cursor = new JsonCursor(bytes, from);
    while (cursor.next()) {
      if (cursor.kind() == '"') {
        event(cursor.valueFrom() + 1, cursor.valueTo() - 1);
      }
    }
  }

  private void event(int from, int to) {
    HaipEvent event = HaipEvent.of(bytes, from, to);
    if (event != null) {
      events |= event.bit();
      boolean old = event.hasLegacyName() && bytes[from] == 'T';
      legacy |= old;
      modern |= event.hasLegacyName() && !old;
    }
  }

  private void seed(int from) {
    if (bytes[from] != '{') {
      return;
    }
    boolean enabled = true;
    boolean adaptive = true;
    long initial = -1;
    JsonCursor cursor = new JsonCursor(bytes, from);
    while (cursor.next()) {
      switch (cursor.name()) {
        case "enabled" -> enabled = cursor.kind() != 'f';
        case "adaptive" -> adaptive = cursor.kind() != 'f';
        case "initial_credits" -> initial = whole(cursor);
        default -> {
          // Somebody else's.
        }
      }
    }
    seed = enabled ? new Hai.Seed(initial, adaptive) : null;
  }

  private void capabilities(int from) {
    if (bytes[from] != '{') {
      return;
    }
    JsonCursor cursor = new JsonCursor(bytes, from);
    while (cursor.next()) {
      if (cursor.name().equals("flow_control") && cursor.kind() == '{') {
        official(cursor.valueFrom());
      } else {
        capability(cursor);
      }
    }
  }

  private void capability(JsonCursor cursor) {
    switch (cursor.name()) {
      case "binary_frames" -> binary |= cursor.kind() == 't';
      case "max_concurrent_runs" -> runs = (int) Math.max(1, whole(cursor));
      default -> {
        // Somebody else's.
      }
    }
  }

  private void official(int from) {
    long messages = HaipLimits.Official.DEFAULTS.messages();
    long size = HaipLimits.Official.DEFAULTS.bytes();
    boolean enabled = true;
    JsonCursor cursor = new JsonCursor(bytes, from);
    while (cursor.next()) {
      switch (cursor.name()) {
        case "initial_credit_messages" -> messages = atLeastOne(cursor, messages);
        case "initial_credit_bytes" -> size = atLeastOne(cursor, size);
        case "enabled" -> enabled = cursor.kind() != 'f';
        default -> {
          // Somebody else's.
        }
      }
    }
    official = enabled ? new Hai.Official(messages, size) : null;
  }

  private long atLeastOne(JsonCursor cursor, long otherwise) {
    long value = whole(cursor);
    return value < 1 ? otherwise : value;
  }

  private void lastReceived(int from, int to) {
    boolean quoted = bytes[from] == '"';
    int first = quoted ? from + 1 : from;
    int last = quoted ? to - 1 : to;
    resumes = HaipEnvelope.isUnsigned(bytes, first, last);
    lastReceived = resumes ? HaipEnvelope.unsigned(bytes, first, last) : 0;
  }

  private void auth(int from, int to) {
    if (bytes[from] != 'n') {
      auth = new String(bytes, from, to - from, UTF_8);
    }
  }
}
