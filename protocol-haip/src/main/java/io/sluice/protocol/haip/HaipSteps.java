package io.sluice.protocol.haip;

import java.util.List;

/**
 * What a conversation wants done. Called synchronously, on the conversation's thread, from inside
 * the method that brought it about; a step may call the conversation back only where it says so.
 */
public interface HaipSteps {
  /** Writes a text frame. The bytes are the callee's, and are kept and shared: never written to. */
  void say(byte[] text);

  /** Writes a binary frame, directly behind the text frame before it. */
  void sayBinary(byte[] bytes);

  /** Sends a ping of the transport, to a peer that does not know PING. */
  void ping();

  /**
   * The peer has introduced itself. The server must answer, now or later, with {@link
   * HaipConversation#adopt} or {@link HaipConversation#turnAway}; what comes until then is set
   * aside, and {@link #stopReading} was called. For a client the session stands: it may be spoken
   * in from the return of this call on.
   */
  void hello(HaipHello hello);

  /**
   * A message of the peer's, in order and within its credit: to be published. It may be answered
   * from inside with {@link HaipConversation#published}, {@link HaipConversation#refused} or {@link
   * HaipConversation#handled}.
   *
   * @param ticket names it in the answer
   * @param channel one of the five, or a named one
   * @param canonical the envelope without its way; the callee's
   */
  void message(long ticket, String channel, HaipEvent type, byte[] canonical);

  /**
   * The message that comes next has this ticket and came with {@code payload.auth}, which has been
   * cut out of it: it must not be published before this has been checked.
   */
  void auth(long ticket, String auth);

  /**
   * The peer allows so much more on a channel; from the first time on, the channel is metered by
   * it. Units are bytes in the official grammar, UTF-16 units in the seed's, where messages are
   * {@link Long#MAX_VALUE}.
   */
  void grant(String channel, long messages, long units);

  /** The peer wants nothing more on a channel. */
  void pause(String channel);

  /** The peer wants more on a channel again. */
  void resume(String channel);

  /**
   * The peer wants these again, in this order. Nothing is asked for again before {@link
   * HaipConversation#replayed}. Server only: a client does it by itself.
   */
  void replay(List<HaipReplay> again);

  /** The peer reports a mistake of ours, or a failure of its own. */
  void error(HaipFault fault);

  /** Too much was received and not handled: read no more. */
  void stopReading();

  /** Read on. */
  void readOn();

  /**
   * The peer has made a mistake, or was refused something.
   *
   * @param told whether an ERROR says so; not to a peer that takes none, nor in a flood of them
   */
  default void failed(HaipFault fault, boolean told) {}

  /** A message of the peer's is handled, so long after its receipt. For figures. */
  default void settled(long latencyNanos) {}

  /** The peer was asked to wait on a channel. For figures. */
  default void pressed(String channel) {}

  /** A message was taken for which the peer had no credit. For figures. */
  default void owed(String channel, long units) {}

  /** Closes the line. Nothing is said behind it. */
  void close(HaipEnd end);
}
