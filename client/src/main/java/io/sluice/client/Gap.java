package io.sluice.client;

/**
 * Publications were lost to this subscription, and will not come.
 *
 * @param channel the channel, or the pattern
 * @param epoch the epoch of the offsets, of a pattern its feed's
 * @param firstOffset the first one lost
 * @param lastOffset the last one lost; {@link #UNKNOWN} if the channel's log began anew, so that
 *     nobody knows
 * @param reason why: {@link io.sluice.model.GapReason#wireName} or another word of a later
 *     server's, or {@link #NEW_EPOCH}, or {@link #REJECTED}
 */
public record Gap(String channel, String epoch, long firstOffset, long lastOffset, String reason) {
  /** The reason if the channel's log began anew while this client was away. */
  public static final String NEW_EPOCH = "new_epoch";

  /** The reason if the server did not take the place to go on from. */
  public static final String REJECTED = "rejected";

  /** A last offset that nobody knows. */
  public static final long UNKNOWN = -1;
}
