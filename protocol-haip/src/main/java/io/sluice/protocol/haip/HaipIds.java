package io.sluice.protocol.haip;

/** Where ids come from. Thread: the conversation's. */
@FunctionalInterface
public interface HaipIds {
  /** A new UUID in 36 lower-case characters. */
  String next();
}
