package io.sluice.client;

/**
 * What a client says of its own accord; everything else it says are the server's codes. The table
 * is printed into {@code docs/errors.md} by a test.
 */
public enum ClientCode {
  CLOSED("closed", "The client was closed.", "Make another."),
  NOT_CONNECTED("not_connected", "The client was never told to connect.", "Call connect."),
  REFUSED(
      "refused",
      "The server refused the connection with 401 or 403.",
      "Bring a good token, then connect again."),
  ATTEMPTS(
      "attempts", "maxAttempts attempts in a row have failed.", "Find the cause, connect again."),
  CONNECT_FAILED(
      "connect_failed", "The connection could not be opened.", "Check address and network."),
  CONNECT_TIMEOUT(
      "connect_timeout", "The connection did not stand in time.", "Check the line, or wait."),
  TOKEN_FAILED(
      "token_failed", "The supplier of tokens failed, or gave none.", "Mend the supplier."),
  TOKEN_TIMEOUT("token_timeout", "The supplier of tokens did not answer in time.", "Mend it."),
  LOST("lost", "The connection ended without being asked to.", "Nothing: it is opened again."),
  SILENT("silent", "The server did not answer a ping in time.", "Nothing: the line is replaced."),
  BAD_MESSAGE(
      "bad_message",
      "The server sent something that is not Nexus.",
      "Check what the address belongs to."),
  MESSAGE_TOO_LARGE(
      "message_too_large",
      "A message exceeds maxMessageBytes or maxPublishBytes, or was too large for the server.",
      "Raise the limit on both sides, or split it."),
  QUEUE_FULL(
      "queue_full",
      "More waits for the connection than queueMessages or queueBytes allow.",
      "Wait for receipts, or raise the limit."),
  TIMEOUT("timeout", "The server did not answer the request in time.", "Ask again."),
  INVALID_ARGUMENT(
      "invalid_argument", "What was asked for could never be done.", "See the message."),
  CANCELLED("cancelled", "The subscription was ended before it stood.", "Subscribe again.");

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
