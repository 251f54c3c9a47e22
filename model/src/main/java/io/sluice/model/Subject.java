package io.sluice.model;

/**
 * What a subscription is to: one channel, or every channel that a pattern covers. The two never
 * look alike: a pattern that is a subject has a {@code *} or {@code >} in it.
 */
public sealed interface Subject permits ChannelName, ChannelPattern {
  /** The text on the wire. */
  String value();
}
