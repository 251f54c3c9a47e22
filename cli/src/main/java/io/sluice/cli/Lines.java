package io.sluice.cli;

import io.sluice.client.Message;
import io.sluice.model.Limits;
import io.sluice.protocol.json.JsonPayload;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Lines that are read and printed. */
final class Lines {
  private static final int MAX_CHARS = 16 << 20;
  private static final Limits.Json ANY_JSON =
      new Limits.Json(512, Integer.MAX_VALUE, Integer.MAX_VALUE, 512);

  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Lines() {}

  /** A value as JSON. */
  static String of(Object value) {
    return JsonMapper.shared().writeValueAsString(value);
  }

  /** A message as a subscriber of the extended grammar is sent it. */
  static String of(Message message) {
    String from = message.from();
    return "{\"type\":\""
        + (message.broadcast() ? "broadcast" : "message")
        + "\",\"channel\":\""
        + message.channel()
        + (from == null ? "\"" : "\",\"from\":" + of((Object) from))
        + ",\"data\":"
        + oneLine(message.data())
        + ",\"timestamp\":\""
        + at(message.timestamp())
        + "\",\"offset\":"
        + message.offset()
        + fed(message.fed())
        + "}";
  }

  private static String fed(Message.@Nullable Fed fed) {
    return fed == null
        ? ""
        : ",\"epoch\":"
            + of((Object) fed.epoch())
            + ",\"feed\":{\"epoch\":"
            + of((Object) fed.position().epoch())
            + ",\"offset\":"
            + fed.position().offset()
            + "},\"pattern\":\""
            + fed.pattern()
            + "\"";
  }

  /** A message for a person: channel, offset, who, what. */
  static String plain(Message message) {
    String from = message.from();
    return message.channel()
        + " "
        + message.offset()
        + " "
        + (from == null ? "-" : oneLine(from))
        + " "
        + oneLine(message.data());
  }

  static String at(Instant moment) {
    return MILLIS.format(moment);
  }

  /**
   * JSON on one line: what breaks lines there is blank. What a terminal obeys is escaped, which
   * means the same inside a string of JSON, the only place it can stand.
   */
  static String oneLine(String text) {
    StringBuilder line = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean obeyed = c < ' ' || (c >= 0x7f && c <= 0x9f);
      if (obeyed && line == null) {
        line = new StringBuilder(text.length() + 16).append(text, 0, i);
      }
      if (line != null) {
        line.append(c < ' ' ? " " : obeyed ? "\\u%04x".formatted((int) c) : c);
      }
    }
    return line == null ? text : line.toString();
  }

  static boolean isJson(String text) {
    return JsonPayload.parse(text.getBytes(StandardCharsets.UTF_8), ANY_JSON) != null;
  }

  /** The next line; null at the end. */
  static @Nullable String read(BufferedReader in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        return line.isEmpty() ? null : line.toString();
      }
      if (line.length() == MAX_CHARS) {
        throw new IOException("a line of standard input is longer than " + MAX_CHARS);
      }
      line.append((char) c);
    }
    int last = line.length() - 1;
    return last >= 0 && line.charAt(last) == '\r' ? line.substring(0, last) : line.toString();
  }
}
