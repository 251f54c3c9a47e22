package io.sluice.client;

import io.sluice.model.Credit;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its subscriber. The credit of one subscription, in totals that only rise: what was
 * granted, what came, and what the program is ready to take. Never more is granted than that.
 *
 * <p>A window is either as wide as it was made, and moves with what the program has handled; or the
 * program says itself how many messages it wants, and only the bytes move. When the connection is
 * replaced, what was granted and has not come is void, and is granted again.
 */
final class Window {
  private final long width;
  private final long bytesWidth;
  private long wanted;
  private long granted;
  private long came;
  private long handledBytes;
  private long grantedBytes;
  private long cameBytes;

  private Window(long width, long bytesWidth) {
    this.width = width;
    this.bytesWidth = bytesWidth;
    this.wanted = width;
  }

  /** A window that moves with what is handled. */
  static Window moving(long messages, long bytes) {
    return new Window(messages, bytes);
  }

  /** A window that takes messages only as they are demanded. */
  static Window onDemand(long bytes) {
    return new Window(0, bytes);
  }

  /** How wide it is; 0 if messages are demanded. */
  long width() {
    return width;
  }

  /** So many messages more are wanted; beyond 2^53−1 they no longer count. */
  void demand(long messages) {
    wanted = Math.min(wanted + Math.min(messages, Credit.MAX), came + Credit.MAX);
  }

  /** A message came. */
  void came(long cost) {
    came++;
    cameBytes += cost;
  }

  /** The program is done with these. */
  void handled(long messages, long bytes) {
    if (width > 0) {
      wanted += messages;
    }
    handledBytes += bytes;
  }

  /** What a subscription begins with on a new connection. */
  Credit open() {
    granted = Math.max(wanted, came);
    grantedBytes = Math.max(handledBytes + bytesWidth, cameBytes);
    return new Credit(granted - came, grantedBytes - cameBytes);
  }

  /**
   * What to grant now; null if it is not worth a message: a moving window is renewed when half of
   * it is used, a demand at once.
   */
  @Nullable Credit renewal() {
    long messages = Math.max(wanted - granted, 0);
    long bytes = Math.max(handledBytes + bytesWidth - grantedBytes, 0);
    boolean due = width > 0 ? messages > 0 && messages >= width / 2 : messages > 0;
    if (!due && (bytes == 0 || bytes < bytesWidth / 2)) {
      return null;
    }
    granted += messages;
    grantedBytes += bytes;
    return new Credit(messages, bytes);
  }

  /** How many messages may still come. */
  long balance() {
    return granted - came;
  }

  /** How many bytes may still come; below zero by at most one message. */
  long balanceBytes() {
    return grantedBytes - cameBytes;
  }
}
