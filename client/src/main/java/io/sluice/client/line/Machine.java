package io.sluice.client.line;

import io.sluice.model.Moment;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Turnstile} lets events into, one at a time, each with its moment. Events of a line
 * or a fetch bear its number; those of one that was given up are passed over.
 */
public interface Machine {
  /** The program gave a token. */
  void token(long number, @Nullable String token, Moment now);

  /** The program gave none. */
  void tokenFailed(long number, @Nullable Throwable cause, Moment now);

  /** A text message came, in UTF-8. */
  void received(long number, byte[] message, Moment now);

  /** A binary message came. */
  void receivedBinary(long number, byte[] message, Moment now);

  /** Something came that is no message: a ping, a pong, a part of a message. */
  void heard(long number, Moment now);

  /** The line takes more. */
  void writable(long number, Moment now);

  /**
   * The server refused the upgrade.
   *
   * @param wait how long it asks to be left alone, in nanoseconds; 0 if it does not
   */
  void refused(long number, int status, String code, long wait, Moment now);

  /** The connection could not be opened. */
  void unopened(long number, @Nullable Throwable cause, Moment now);

  /** The line is gone, by a close frame or without. */
  void broken(long number, int code, String reason, Moment now);

  /** The transport gave up a message that is too long. */
  void unfit(long number, Trouble why, Moment now);

  /** Whether it has come to rest for good. */
  boolean isClosed();

  /** After a batch of events. */
  void settle();

  /** When it wants to be called at the latest; {@link Long#MAX_VALUE} if never. */
  long deadline();

  /** The deadline has come, or something else woke the turnstile. */
  void tick(Moment now);
}
