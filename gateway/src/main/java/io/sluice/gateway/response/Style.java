package io.sluice.gateway.response;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.model.CloseReason;

/**
 * The two ways in which a response that goes on puts messages behind one another, both of them
 * lines: so no message has a line break of its own. Where a publisher wrote one between two tokens
 * of its JSON, a blank stands in its place; within a token there is none.
 */
@SuppressWarnings("ImmutableEnumChecker") // Nobody writes to the arrays.
public enum Style {
  /** A message on each line; an empty line is a sign of life. */
  LINES("application/x-ndjson", "", "\n", "\n"),
  /** Events as a browser's {@code EventSource} reads them; a comment is a sign of life. */
  EVENTS("text/event-stream", "data: ", "\n\n", ":\n\n");

  private final String contentType;
  private final byte[] before;
  private final byte[] behind;
  private final byte[] heartbeat;

  Style(String contentType, String before, String behind, String heartbeat) {
    this.contentType = contentType;
    this.before = before.getBytes(US_ASCII);
    this.behind = behind.getBytes(US_ASCII);
    this.heartbeat = heartbeat.getBytes(US_ASCII);
  }

  /** The media type. */
  public String contentType() {
    return contentType;
  }

  /** Says nothing, so that it can be heard that somebody could. */
  byte[] heartbeat() {
    return heartbeat;
  }

  /** How many bytes a message takes. */
  public int size(int jsonBytes) {
    return before.length + jsonBytes + behind.length;
  }

  /** Writes what stands before the JSON; returns where that begins. */
  public int begin(byte[] into, int at) {
    return put(before, into, at);
  }

  /** Writes what stands behind the JSON, and mends what it wrote. */
  public int end(byte[] into, int from, int at) {
    for (int i = from; i < at; i++) {
      if (into[i] == '\n' || into[i] == '\r') {
        into[i] = ' ';
      }
    }
    return put(behind, into, at);
  }

  /** A whole message. */
  public byte[] message(byte[] json) {
    byte[] message = new byte[size(json.length)];
    int from = begin(message, 0);
    int _ = end(message, from, put(json, message, from));
    return message;
  }

  /**
   * The last message of every response: why it ends.
   *
   * @param text words of ours, in ASCII, with nothing in them that JSON escapes
   */
  byte[] farewell(CloseReason why, String text) {
    String json = "{\"type\":\"closed\",\"code\":%d,\"reason\":\"%s\"}".formatted(why.code(), text);
    byte[] message = message(json.getBytes(US_ASCII));
    return this == EVENTS ? join("event: closed\n".getBytes(US_ASCII), message) : message;
  }

  /** One behind the other. */
  public static byte[] join(byte[] first, byte[] second) {
    byte[] joined = new byte[first.length + second.length];
    int _ = put(second, joined, put(first, joined, 0));
    return joined;
  }

  /** Copies; returns where it ends. */
  public static int put(byte[] bytes, byte[] into, int at) {
    System.arraycopy(bytes, 0, into, at, bytes.length);
    return at + bytes.length;
  }
}
