package io.sluice.gateway.http;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** Gathers the body of one request after the other. Owned by the connection's event loop. */
final class RequestBody {
  private final int mostBytes;
  private @Nullable ByteArrayOutputStream gathered;

  /** A body that takes no more than this. */
  RequestBody(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** Takes a copy of one more part, or returns false if it would be too much. */
  boolean append(ByteBuf part) {
    int bytes = part.readableBytes();
    if (bytes == 0) {
      return true;
    }
    ByteArrayOutputStream before = gathered;
    if (before == null) {
      before = new ByteArrayOutputStream(bytes);
      gathered = before;
    }
    if (before.size() + (long) bytes > mostBytes) {
      return false;
    }
    byte[] copy = new byte[bytes];
    part.readBytes(copy);
    before.writeBytes(copy);
    return true;
  }

  /** All of it. */
  byte[] bytes() {
    ByteArrayOutputStream whole = gathered;
    return whole == null ? new byte[0] : whole.toByteArray();
  }

  /** Forgets it. */
  void clear() {
    gathered = null;
  }
}
