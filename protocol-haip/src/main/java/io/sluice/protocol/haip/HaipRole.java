package io.sluice.protocol.haip;

/** Which end of a line one is. */
public enum HaipRole {
  /** Waits to be introduced to; echoes pauses; asks its peer to wait. */
  SERVER,
  /** Introduces itself; queues what it may not send yet. */
  CLIENT
}
