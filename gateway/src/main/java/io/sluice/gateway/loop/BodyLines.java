package io.sluice.gateway.loop;

import io.netty.buffer.ByteBuf;
import io.sluice.gateway.response.Lines;

/**
 * The lines of a request's body, as much of it as has come and was not taken. Owned by its handler.
 */
final class BodyLines {
  private static final byte[] NOTHING = {};

  private byte[] bytes;

  /** What has come lies from here to there. */
  private int at;

  private int until;

  /** Where the search for the end of the first line goes on. */
  private int searched;

  /** Lines that begin here or behind are for another time. */
  private int share;

  private int from;
  private int to;

  /** Those of what has come already, which is written to when more comes. */
  BodyLines(byte[] bytes) {
    this.bytes = bytes;
    this.until = bytes.length;
  }

  /** More of it has come. */
  void add(ByteBuf more) {
    int count = more.readableBytes();
    int kept = until - at;
    boolean fits = kept + count <= bytes.length;
    byte[] room = fits ? bytes : new byte[Math.max(kept + count, 2 * kept)];
    if (!fits || at > 0) {
      System.arraycopy(bytes, at, room, 0, kept);
    }
    bytes = room;
    searched -= at;
    at = 0;
    until = kept + count;
    more.readBytes(bytes, kept, count);
  }

  /** Takes lines from here on, until about so many bytes are taken. */
  void beginShare(int most) {
    share = at + most;
  }

  /**
   * Takes one line.
   *
   * @param ended whether what stands behind the last line break is a line too
   * @return false if there is none for now
   */
  boolean next(boolean ended) {
    if (at >= share || !isMore(ended)) {
      return false;
    }
    from = at;
    to = searched;
    at = Math.min(until, to + 1);
    searched = at;
    return true;
  }

  /** Whether there is a line. */
  boolean isMore(boolean ended) {
    while (searched < until && bytes[searched] != '\n') {
      searched++;
    }
    return searched < until || (ended && at < until);
  }

  /** How much of the line has come that has not ended. */
  int pending() {
    return searched - at;
  }

  /** Whether the line that was taken says nothing. */
  boolean isBlank() {
    return Lines.isBlank(bytes, from, to);
  }

  /** Whether the line that was taken is UTF-8. */
  boolean isText() {
    return Lines.isText(bytes, from, to);
  }

  byte[] bytes() {
    return bytes;
  }

  int from() {
    return from;
  }

  int length() {
    return to - from;
  }

  void clear() {
    bytes = NOTHING;
    at = 0;
    until = 0;
    searched = 0;
  }
}
