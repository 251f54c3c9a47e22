package io.sluice.model;

/** Why publications were lost to a subscriber. */
public enum GapReason {
  /** The log's bounds passed the subscriber while it could not take more. */
  EVICTED("evicted"),
  /** Its policy is {@link Policy#DROP_OLDEST}, and it was too far behind when it resumed. */
  DROPPED("dropped"),
  /** Its policy is {@link Policy#LATEST}, and it resumed with more keys than it may. */
  KEYS("keys");

  private final String wireName;

  GapReason(String wireName) {
    this.wireName = wireName;
  }

  /** The name on the wire. */
  public String wireName() {
    return wireName;
  }
}
