package io.sluice.gateway.http;

import io.netty.buffer.ByteBuf;

/**
 * Watches the bytes of a request's head as they are parsed and notices what a lenient parser, ours
 * or a proxy's in front, could read in two ways: a bare CR or LF, a folded line, a NUL or another
 * control character, a request line without exactly two single spaces. Owned by its connection's
 * {@link RequestDecoder}.
 */
final class HeadGuard {
  private boolean requestLine = true;
  private boolean lineBegins = true;
  private boolean afterCr;
  private int spaces;
  private boolean broken;

  /** Makes ready for the next head. */
  void reset() {
    requestLine = true;
    lineBegins = true;
    afterCr = false;
    spaces = 0;
    broken = false;
  }

  /** Looks at bytes that belong to the head. */
  void watch(ByteBuf buffer, int from, int to) {
    for (int i = from; i < to && !broken; i++) {
      watch(buffer.getByte(i) & 0xFF);
    }
  }

  private void watch(int c) {
    if (afterCr || c == '\n') {
      broken = !afterCr || c != '\n';
      afterCr = false;
      endLine();
    } else if (c == '\r') {
      afterCr = true;
    } else {
      broken = !isAllowed(c);
      lineBegins = false;
    }
  }

  /** Empty lines before the request line are passed over (RFC 9112, section 2.2). */
  private void endLine() {
    if (requestLine && !lineBegins) {
      broken |= spaces != 2;
      requestLine = false;
    }
    lineBegins = true;
  }

  private boolean isAllowed(int c) {
    if (requestLine) {
      spaces += c == ' ' ? 1 : 0;
      return c >= ' ' && c < 0x7F && !(c == ' ' && lineBegins);
    }
    boolean blank = c == ' ' || c == '\t';
    return blank ? !lineBegins : c > ' ' && c != 0x7F;
  }

  /** Whether anything was wrong. */
  boolean isBroken() {
    return broken;
  }
}
