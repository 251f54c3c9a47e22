package io.sluice.protocol.haip;

import io.netty.buffer.ByteBuf;
import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Owner: the event loop of its line. One end of a HAIP conversation, in either role: what comes
 * becomes {@link HaipSteps}, what is to be sent becomes frames. See the package for its use.
 */
public final class HaipConversation {
  /** A server's end begins with the line; a client's when {@link #begin} is called. */
  public HaipConversation(
      HaipSetup setup,
      HaipCodec codec,
      HaipLimits limits,
      HaipIds ids,
      HaipSteps steps,
      Moment now) {}

  /** A text frame came, all of it, known to be UTF-8; neither kept nor moved. */
  public void text(ByteBuf message, Moment now) {}

  /** A binary frame came, all of it; neither kept nor moved. */
  public void binary(ByteBuf message, Moment now) {}

  /** A sign of life came that is no message: a pong of the transport. */
  public void alive(Moment now) {}

  /** Time has passed. */
  public void tick(Moment now) {}

  /** When {@link #tick} is to be called at the latest; {@link Long#MAX_VALUE} if never. */
  public long dueNanos() {
    return Long.MAX_VALUE;
  }

  /** Client: the line is open. Says HAI, and goes on in the session if there was one. */
  public void begin(Moment now) {}

  /**
   * Server: answers {@link HaipSteps#hello}. The peer is who it says, and this is its session.
   *
   * @param session what it is called from now on; the name in the peer's HAI stays an alias
   * @param kept what {@link #cut} gave for that session; null if it begins, although the peer may
   *     want to resume: it is told RESUME_FAILED
   * @return false if what the peer wants again is not kept any more: nothing was done, and another
   *     session must be given, without anything kept
   */
  public boolean adopt(String session, @Nullable HaipKept kept, Moment now) {
    return true;
  }

  /** Server: answers {@link HaipSteps#hello} with an ERROR and closes. */
  public void turnAway(HaipFault why, Moment now) {}

  /**
   * The line is gone, or is taken over by another. Nothing may be called behind it, but for a
   * client's {@link #begin}, {@link #send}, {@link #pause}, {@link #resume} and metrics.
   *
   * @return what to keep of the session; null if the peer could not come back for it
   */
  public @Nullable HaipKept cut(Moment now) {
    return null;
  }

  /** The grammar of publications to the peer. */
  public HaipGrammar grammar() {
    return new HaipGrammar(false, false);
  }

  /** The dialect of flow control. */
  public HaipDialect dialect() {
    return HaipDialect.NONE;
  }

  /** Whether the peer takes messages of this type. */
  public boolean accepts(HaipEvent event) {
    return true;
  }

  /** How many bytes {@link #head} will write next. */
  public int headSize(String channel) {
    return 0;
  }

  /** Server: writes the head of the next publication, and gives it the next number. */
  public int head(byte[] into, int at, String channel) {
    return at;
  }

  /** Server: what got the oldest head that was not answered for is on its way. */
  public void sent(String channel, long offset) {}

  /** Server: a publication of the peer's own, or one it does not take, was passed over. */
  public void passed(String channel, long offset) {}

  /** Server: what got the newest heads was not written; their numbers are given again. */
  public void unsent(int frames) {}

  /** How many bytes {@link #headAgain} will write. */
  public int headAgainSize(String channel, long seq) {
    return 0;
  }

  /** Server: writes the head of a publication again that {@link HaipSteps#replay} asked for. */
  public int headAgain(byte[] into, int at, String channel, long seq) {
    return at;
  }

  /** Server: all that {@link HaipSteps#replay} asked for is on its way. */
  public void replayed(Moment now) {}

  /** A message was published, there. */
  public void published(long ticket, long offset, Moment now) {}

  /** A message was not published: the peer is told, and its credit comes back. */
  public void refused(long ticket, HaipFault why, Moment now) {}

  /** A message is handled; it need not have been published. */
  public void handled(long ticket, Moment now) {}

  /** All published messages of a channel as far as there are handled. */
  public void handledThrough(String channel, long offset, Moment now) {}

  /** Publications of a channel were lost to the peer: it is told. */
  public void gap(String channel, long first, long last, Moment now) {}

  /** Tells the peer of a fault. */
  public void fail(HaipFault fault, Moment now) {}

  /** Client: sends a message, now or when it may. */
  public HaipOutgoing.Fate send(HaipOutgoing message, Moment now) {
    return HaipOutgoing.Fate.QUEUED;
  }

  /** Wants nothing more on a channel; of a client, nothing is sent on it either. */
  public void pause(String channel, Moment now) {}

  /** Takes that back. */
  public void resume(String channel, Moment now) {}

  /** How every channel stands that was used. */
  public List<HaipMetrics> metrics() {
    return List.of();
  }
}
