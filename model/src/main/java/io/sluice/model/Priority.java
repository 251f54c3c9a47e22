package io.sluice.model;

import org.jspecify.annotations.Nullable;

/** Whose data goes first when a connection cannot take everything; declared from first to last. */
public enum Priority {
  /** Nothing goes before it, as voice. */
  CRITICAL("critical"),
  /** Before what is ordinary, as positions. */
  HIGH("high"),
  /** What is ordinary. */
  MEDIUM("medium"),
  /** What can wait for everything else. */
  LOW("low");

  private final String wireName;

  Priority(String wireName) {
    this.wireName = wireName;
  }

  /** The name in configuration and on the wire. */
  public String wireName() {
    return wireName;
  }

  /** The priority of that name, or null if there is none. */
  public static @Nullable Priority of(String wireName) {
    for (Priority priority : values()) {
      if (priority.wireName.equals(wireName)) {
        return priority;
      }
    }
    return null;
  }
}
