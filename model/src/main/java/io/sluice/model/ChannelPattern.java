package io.sluice.model;

/**
 * A pattern of channel names as tokens and configuration write it: a name taken literally, {@code
 * *} in place of one dot-separated segment, or a closing {@code >} in place of one segment or more.
 * {@code >} alone covers every channel, and so does {@code *} alone, as the seeds' role tables mean
 * it.
 *
 * @param value the pattern as it was written
 */
public record ChannelPattern(String value) {
  /** The pattern that covers every channel. */
  public static final ChannelPattern ALL = new ChannelPattern(">");

  /**
   * Checks the pattern.
   *
   * @throws IllegalArgumentException if it is empty, longer than a name, has a foreign character,
   *     or {@code *} or {@code >} inside a segment, or {@code >} before the end
   */
  public ChannelPattern {
    if (!isValid(value)) {
      throw new IllegalArgumentException("not a channel pattern");
    }
  }

  /** Whether the text may stand as a pattern. */
  public static boolean isValid(String text) {
    if (text.isEmpty() || text.length() > ChannelName.MAX_LENGTH) {
      return false;
    }
    String[] segments = text.split("\\.", -1);
    for (int i = 0; i < segments.length; i++) {
      String segment = segments[i];
      boolean wildcard = segment.equals("*") || (segment.equals(">") && i == segments.length - 1);
      if (!wildcard && !segment.isEmpty() && !ChannelName.isValid(segment)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the pattern covers this channel. */
  public boolean covers(ChannelName channel) {
    if (value.equals(">") || value.equals("*")) {
      return true;
    }
    String[] wanted = value.split("\\.", -1);
    String[] given = channel.value().split("\\.", -1);
    for (int i = 0; i < wanted.length; i++) {
      if (i >= given.length) {
        return false;
      }
      if (wanted[i].equals(">")) {
        return true;
      }
      if (!wanted[i].equals("*") && !wanted[i].equals(given[i])) {
        return false;
      }
    }
    return wanted.length == given.length;
  }
}
