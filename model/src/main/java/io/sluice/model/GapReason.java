package io.sluice.model;

/** Why publications were lost to a subscriber. */
public enum GapReason {
  /** The log's bounds passed the subscriber while it could not take more. */
  EVICTED("evicted");

  private final String wireName;

  GapReason(String wireName) {
    this.wireName = wireName;
  }

  /** The name on the wire. */
  public String wireName() {
    return wireName;
  }
}
