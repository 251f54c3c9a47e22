package io.sluice.protocol.haip;

/**
 * What a client's conversation wants done beside {@link HaipSteps}: its messages may wait before
 * they go. A server's wait in their logs, and it has none of this.
 */
public interface HaipClientSteps extends HaipSteps {
  /** A message that waited in its channel's queue has been sent. */
  void sent(HaipOutgoing message);

  /** A message that waited can never be sent: the peer does not take its type. */
  void dropped(HaipOutgoing message, HaipFault why);

  /** Sound that waited was left out: newer sound needed its place. */
  void outrun(HaipOutgoing message);

  /** What waits on a channel, its credit or pauses have changed. For drawing. */
  void changed(String channel);
}
