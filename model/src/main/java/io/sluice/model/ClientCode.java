package io.sluice.model;

/**
 * What a client library says of its own accord, in Java and in JavaScript alike; everything else it
 * says are the server's codes. The table is printed into {@code docs/errors.md} by a test.
 */
public enum ClientCode {
  CLOSED("closed", "The client, or the subscription, was closed.", "Make another."),
  LOST(
      "lost",
      "The connection could not be opened, or broke without a close frame.",
      "Nothing: it is opened again. If it never stands, check address and network."),
  CONNECT_TIMEOUT(
      "connect_timeout",
      "The server did not say connected in time.",
      "Nothing: another attempt follows. If it never stands, check the line."),
  SILENT("silent", "The server did not answer a ping in time.", "Nothing: the line is replaced."),
  TOKEN_FAILED(
      "token_failed",
      "The callback for tokens failed, or gave none.",
      "Mend it; another attempt follows."),
  TOKEN_TIMEOUT(
      "token_timeout",
      "The callback for tokens did not answer in time.",
      "Mend it; another attempt follows."),
  BAD_MESSAGE(
      "bad_message",
      "The server sent something that is not Nexus.",
      "Check what the address belongs to."),
  MESSAGE_TOO_BIG(
      "message_too_big",
      "The server sent a longer message than the client takes.",
      "Raise the client's limit."),
  QUEUE_FULL(
      "queue_full",
      "More waits for the connection, or for receipts, than the client's limits allow.",
      "Wait for receipts, or raise the limit."),
  CANCELLED(
      "cancelled",
      "A call of a tool, or a run, was cancelled before it had gone.",
      "Nothing: it never goes."),
  DROPPED(
      "dropped",
      "Sound waited until newer sound needed its place.",
      "Nothing: it is worth nothing later."),
  TIMEOUT("timeout", "The server did not answer a request in time.", "Ask again."),
  UNCERTAIN(
      "uncertain",
      "The line was broken so long that repeating a publication might append it twice.",
      "Look into the history, then decide."),
  INVALID_PAYLOAD("invalid_payload", "The payload is not JSON.", "Give one JSON value."),
  INVALID_OPTION(
      "invalid_option", "What was asked for could never be done.", "Correct what is named."),
  OVERFLOW(
      "overflow",
      "A program that iterates without credit did not keep up.",
      "Iterate faster, or subscribe with credits."),
  STORAGE_FAILED(
      "storage_failed", "Positions could not be stored.", "Make room, or store them elsewhere.");

  private final String text;
  private final String cause;
  private final String cure;

  ClientCode(String text, String cause, String cure) {
    this.text = text;
    this.cause = cause;
    this.cure = cure;
  }

  /** The stable code. */
  public String text() {
    return text;
  }

  /** What brings it about. */
  public String cause() {
    return cause;
  }

  /** What to do about it. */
  public String cure() {
    return cure;
  }
}
