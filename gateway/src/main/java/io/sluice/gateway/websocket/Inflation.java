package io.sluice.gateway.websocket;

import io.netty.buffer.ByteBuf;

/** What became of a compressed message. */
public sealed interface Inflation {
  /**
   * The whole message.
   *
   * @param message its readable bytes; backed by an array; to be released by the receiver before
   *     the next message is inflated
   */
  record Whole(ByteBuf message) implements Inflation {}

  /**
   * No message.
   *
   * @param violation {@link Violation#DEFLATE_CORRUPT} or {@link Violation#MESSAGE_TOO_BIG}
   */
  record Refused(Violation violation) implements Inflation {}
}
