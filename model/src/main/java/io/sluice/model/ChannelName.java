package io.sluice.model;

/**
 * The name of a channel: 1 to 128 characters of {@code [A-Za-z0-9_.:-]}.
 *
 * @param value the name itself
 */
public record ChannelName(String value) implements Subject {
  /** The longest name, in characters. */
  public static final int MAX_LENGTH = 128;

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if {@link #isValid} says no
   */
  public ChannelName {
    if (!isValid(value)) {
      throw new IllegalArgumentException("not a channel name");
    }
  }

  /** Whether the text may name a channel. */
  public static boolean isValid(String text) {
    int length = text.length();
    if (length == 0 || length > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (!isNameCharacter(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNameCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '.'
        || c == ':'
        || c == '-';
  }

  @Override
  public String toString() {
    return value;
  }
}
