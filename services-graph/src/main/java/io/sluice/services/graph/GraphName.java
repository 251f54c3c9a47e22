package io.sluice.services.graph;

import io.sluice.model.ChannelName;

/**
 * The name of a graph: one segment of a channel's name, 1 to 64 characters of {@code
 * [A-Za-z0-9_:-]}.
 *
 * @param value the name itself
 */
public record GraphName(String value) {
  /** The longest name, in characters: its channels' names are longer. */
  public static final int MAX_LENGTH = 64;

  private static final String PREFIX = "graph.";

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if {@link #isValid} says no
   */
  public GraphName {
    if (!isValid(value)) {
      throw new IllegalArgumentException("not a graph's name");
    }
  }

  /** Whether the text may name a graph. */
  public static boolean isValid(String text) {
    return text.length() <= MAX_LENGTH && text.indexOf('.') < 0 && ChannelName.isValid(text);
  }

  /** Where ticks of this rate are published. */
  public ChannelName ticks(int hz) {
    return new ChannelName(PREFIX + value + "." + hz);
  }

  /** Where changes of its structure are published. */
  public ChannelName changes() {
    return new ChannelName(PREFIX + value + ".changes");
  }

  @Override
  public String toString() {
    return value;
  }
}
