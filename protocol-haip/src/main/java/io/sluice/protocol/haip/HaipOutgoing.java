package io.sluice.protocol.haip;

import org.jspecify.annotations.Nullable;

/**
 * A message a client sends.
 *
 * @param channel one of the five, or a named one
 * @param type a data event
 * @param payload JSON, as it will be sent
 * @param binary sent behind it as a frame of its own, or as base64 in {@code data} to a peer that
 *     takes no binary frames
 * @param binaryMime its type
 * @param runId the run it belongs to
 * @param threadId the thread it belongs to
 * @param transaction the transaction it belongs to
 * @param id its UUID, by which answers name it; null: it is given one
 * @param tag whatever the sender wants to find it by
 */
// The bytes are handed over, not compared.
@SuppressWarnings("ArrayRecordComponent")
public record HaipOutgoing(
    String channel,
    HaipEvent type,
    byte[] payload,
    byte @Nullable [] binary,
    @Nullable String binaryMime,
    @Nullable String runId,
    @Nullable String threadId,
    @Nullable String transaction,
    @Nullable String id,
    @Nullable Object tag) {
  /** A message without a binary part. */
  public HaipOutgoing(String channel, HaipEvent type, byte[] payload, @Nullable Object tag) {
    this(channel, type, payload, null, null, null, null, null, null, tag);
  }

  /** Whether it is sound as it is made, which is worth nothing later. */
  boolean isLive() {
    return type == HaipEvent.AUDIO_CHUNK && channel.startsWith("AUDIO_");
  }

  /** What became of a message. */
  public enum Fate {
    /** It is on its way. */
    SENT,
    /** It waits for credit, for the end of a pause, or for a session; {@code sent} will be said. */
    QUEUED,
    /** Its channel's queue is full: nothing was done. */
    FULL,
    /** It is larger than any message may be: nothing was done. */
    TOO_LARGE,
    /** The name is none, or one too many: nothing was done. */
    NO_CHANNEL,
    /** The peer does not take messages of its type: nothing was done. */
    NOT_ACCEPTED
  }
}
