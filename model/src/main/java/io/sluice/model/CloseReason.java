package io.sluice.model;

/**
 * Why the server ends a connection. Several reasons may share a WebSocket close code; the metric
 * {@code sluice_closed_total} counts them by {@link #text}. The table is printed into {@code
 * docs/errors.md} by a test.
 */
public enum CloseReason {
  PEER("peer", 1000, "The peer said goodbye.", "Nothing."),
  DONE(
      "done",
      1000,
      "A request at /stream or /sse is done: every command is answered, all credit is spent.",
      "Ask again, with since and new credit."),
  PROTOCOL(
      "protocol",
      1002,
      "The peer broke RFC 6455 or RFC 7692, or the chunks of a request's body at /haip/stream.",
      "Use a conforming library."),
  UNSUPPORTED_DATA(
      "unsupported_data",
      1003,
      "A binary message on a path that speaks text.",
      "Send text messages."),
  ENCODING("encoding", 1007, "Text that is not UTF-8, or a corrupt deflate stream.", "Encode it."),
  POLICY(
      "policy",
      1008,
      "A flood of control frames or of fragments, a message left unfinished, or too many mistakes"
          + " in HAIP.",
      "Send fewer, and finish them."),
  TOO_BIG(
      "too_big",
      1009,
      "A message, what it inflates to, or a line at /haip/stream is larger than"
          + " limits.socket.messageBytes.",
      "Split it."),
  INTERNAL("internal", 1011, "A bug in the server; the log has it.", "Report it."),
  RESTART("restart", 1012, "The server is stopping.", "Reconnect; use since to lose nothing."),
  TRY_LATER(
      "try_later",
      1013,
      "The token in HAI's payload.auth cannot be checked now: whoever has its keys does not"
          + " answer.",
      "Reconnect a moment later."),
  IDLE(
      "idle",
      1001,
      "Nothing came for two heartbeats, not even a pong; of a response, nothing was taken.",
      "Answer pings, read; check the line."),
  SLOW(
      "slow",
      1008,
      "A subscription with the policy disconnect fell as many messages behind as its channel's"
          + " disconnect.messages.",
      "Read faster or filter more; or subscribe with another policy, and reconnect with since."),
  TAKEN_OVER(
      "taken_over",
      1008,
      "Another connection of the same user goes on with the HAIP session.",
      "Nothing; one connection at a time has a session."),
  EXPIRED("expired", 4401, "The token has expired.", "Reconnect with a fresh token."),
  DISCONNECTED(
      "disconnected",
      4403,
      "Somebody with the right to do so ended the connection, as by POST /api/v1/disconnect.",
      "Reconnect if you should: a token that is still good is taken."),
  RESET(
      "reset",
      1006,
      "Somebody with the right to do so had the line reset, which comes without a close frame.",
      "Reconnect."),
  LOST("lost", 1006, "The line broke without a close frame.", "Reconnect.");

  private final String text;
  private final int code;
  private final String cause;
  private final String cure;

  CloseReason(String text, int code, String cause, String cure) {
    this.text = text;
    this.code = code;
    this.cause = cause;
    this.cure = cure;
  }

  /**
   * The stable name, for metrics and logs, and the reason in the close frame, unless the frame
   * names the rule that was broken.
   */
  public String text() {
    return text;
  }

  /** The WebSocket close code. */
  public int code() {
    return code;
  }

  /** What brings it about. */
  public String cause() {
    return cause;
  }

  /** What the peer can do about it. */
  public String cure() {
    return cure;
  }
}
