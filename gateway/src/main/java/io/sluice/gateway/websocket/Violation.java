package io.sluice.gateway.websocket;

import io.sluice.model.Limits;

/**
 * Everything a peer can do wrong below the level of messages. The {@link #reason()} is stable: it
 * is the label of the metric and the text of the Close frame.
 */
public enum Violation {
  /** A reserved bit is set that nobody negotiated, or RSV1 where RFC 7692 does not allow it. */
  RESERVED_BITS(1002, "reserved_bits"),
  /** The opcode is one of 0x3 to 0x7 or 0xB to 0xF. */
  RESERVED_OPCODE(1002, "reserved_opcode"),
  /** A client's frame carries no mask. */
  NOT_MASKED(1002, "not_masked"),
  /** A Close, Ping or Pong without the FIN bit. */
  CONTROL_FRAGMENTED(1002, "control_fragmented"),
  /** A Close, Ping or Pong with more than 125 bytes. */
  CONTROL_TOO_LONG(1002, "control_too_long"),
  /** A payload length written in more bytes than it needs. */
  LENGTH_NOT_MINIMAL(1002, "length_not_minimal"),
  /** A payload length of 2^63 bytes or more. */
  LENGTH_TOP_BIT(1002, "length_top_bit"),
  /** A continuation frame while no message is unfinished. */
  CONTINUATION_WITHOUT_START(1002, "continuation_without_start"),
  /** A text or binary frame while a message is unfinished. */
  MESSAGE_INSIDE_MESSAGE(1002, "message_inside_message"),
  /** A Close with a payload of one byte, which cannot hold a code. */
  CLOSE_TRUNCATED(1002, "close_truncated"),
  /** A Close with a code that RFC 6455, section 7.4, does not allow on the wire. */
  CLOSE_CODE(1002, "close_code"),
  /** A Close whose reason is not UTF-8. */
  CLOSE_ENCODING(1007, "close_encoding"),
  /** A text message that is not UTF-8. */
  TEXT_ENCODING(1007, "text_encoding"),
  /** A compressed message that is not a DEFLATE stream. */
  DEFLATE_CORRUPT(1007, "deflate_corrupt"),
  /** A message over {@link Limits.Socket#messageBytes()}, as announced, in sum or inflated. */
  MESSAGE_TOO_BIG(1009, "message_too_big"),
  /** More than {@link Limits.Socket#framesPerMessage()} frames in one message. */
  FRAME_FLOOD(1008, "frame_flood"),
  /** More than {@link Limits.Socket#controlFramesPerSecond()} Pings and Pongs in one second. */
  CONTROL_FLOOD(1008, "control_flood"),
  /**
   * A message unfinished for longer than {@link Limits.Socket#unfinishedMessage()}. The only one
   * that no byte causes: the caller learns it from {@link FrameDecoder#overdue}.
   */
  MESSAGE_OVERDUE(1008, "message_overdue");

  private final int closeCode;
  private final String reason;

  Violation(int closeCode, String reason) {
    this.closeCode = closeCode;
    this.reason = reason;
  }

  /** The code for our Close frame: 1002, 1007, 1008 or 1009. */
  public int closeCode() {
    return closeCode;
  }

  /** The stable name, in lower case with underscores, at most 30 bytes of ASCII. */
  public String reason() {
    return reason;
  }
}
