package io.sluice.model;

import org.jspecify.annotations.Nullable;

/** What happens to a subscriber that cannot take more. */
public enum Policy {
  /** It waits in the log; a gap is said only if the log's bounds pass it. */
  LOSSLESS("lossless"),
  /** On resuming it gets the newest publication of each key. */
  LATEST("latest"),
  /** On resuming it is moved close behind the head. */
  DROP_OLDEST("drop-oldest"),
  /** It is closed once it is too far behind. */
  DISCONNECT("disconnect");

  private final String wireName;

  Policy(String wireName) {
    this.wireName = wireName;
  }

  /** The name on the wire. */
  public String wireName() {
    return wireName;
  }

  /** The policy of that name, or null if there is none. */
  public static @Nullable Policy of(String wireName) {
    for (Policy policy : values()) {
      if (policy.wireName.equals(wireName)) {
        return policy;
      }
    }
    return null;
  }
}
