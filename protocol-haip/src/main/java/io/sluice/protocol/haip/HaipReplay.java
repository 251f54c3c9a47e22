package io.sluice.protocol.haip;

import org.jspecify.annotations.Nullable;

/** A piece of what a peer wants again, in the order it was sent. */
public sealed interface HaipReplay {
  /**
   * A frame of the conversation's own, to be written as it is.
   *
   * @param text the frame
   * @param binary what goes directly behind it, if anything
   */
  // The bytes are shared, not compared.
  @SuppressWarnings("ArrayRecordComponent")
  record Said(byte[] text, byte @Nullable [] binary) implements HaipReplay {}

  /**
   * Publications of one channel that stand behind one another in its log, each under {@link
   * HaipConversation#headAgain} with its number: numbers and offsets rise together.
   *
   * @param channel of the session
   * @param firstSeq the number of the first one, unsigned; the next have the next
   * @param firstOffset where it stands in the channel's log
   * @param lastOffset where the last one stands
   * @param count how many they are
   */
  record Published(String channel, long firstSeq, long firstOffset, long lastOffset, int count)
      implements HaipReplay {}
}
