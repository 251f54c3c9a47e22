package io.sluice.protocol.haip;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Owner: its conversation. What came while the server makes up its mind about a HAI. */
final class Backlog {
  private final ArrayDeque<Frame> frames = new ArrayDeque<>(2);
  private final int most;
  private final int mostBytes;
  private int bytes;

  Backlog(int most, int mostBytes) {
    this.most = most;
    this.mostBytes = mostBytes;
  }

  /** Keeps a frame; false if that is too much. */
  boolean add(byte[] frame, boolean binary) {
    if (frames.size() == most || bytes + frame.length > mostBytes) {
      return false;
    }
    bytes += frame.length;
    frames.add(new Frame(frame, binary));
    return true;
  }

  @Nullable Frame take() {
    return frames.poll();
  }

  /** A frame as it came. */
  @SuppressWarnings("ArrayRecordComponent")
  record Frame(byte[] bytes, boolean binary) {}
}
