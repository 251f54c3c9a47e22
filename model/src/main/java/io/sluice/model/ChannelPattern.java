package io.sluice.model;

/**
 * A pattern of channel names as tokens and configuration write it: a name taken literally, {@code
 * *} in place of one dot-separated segment, or a closing {@code >} in place of one segment or more.
 * {@code >} alone covers every channel, and so does {@code *} alone, as the seeds' role tables mean
 * it.
 *
 * @param value the pattern as it was written
 */
public record ChannelPattern(String value) implements Subject {
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

  /** Whether there is a wildcard in the text, so that it cannot name a channel. */
  public static boolean hasWildcard(String text) {
    return text.indexOf('*') >= 0 || text.indexOf('>') >= 0;
  }

  /** Whether the pattern covers this channel. Allocates nothing: it is asked per publication. */
  public boolean covers(ChannelName channel) {
    return isEverything() || covers(channel.value());
  }

  /** Whether the pattern covers every channel that the other does. */
  public boolean covers(ChannelPattern other) {
    if (isEverything()) {
      return true;
    }
    // A closing '>' of the other stands for one segment or more, so a '*' here cannot cover it;
    // everything else of it is covered as if it were a name.
    return !other.isEverything() && covers(other.value);
  }

  /** Whether some channel is covered by both. */
  public boolean meets(ChannelPattern other) {
    if (isEverything() || other.isEverything()) {
      return true;
    }
    String[] one = value.split("\\.", -1);
    String[] two = other.value.split("\\.", -1);
    int i = 0;
    while (i < one.length && i < two.length) {
      if (one[i].equals(">") || two[i].equals(">")) {
        return true;
      }
      if (!one[i].equals("*") && !two[i].equals("*") && !one[i].equals(two[i])) {
        return false;
      }
      i++;
    }
    return one.length == two.length;
  }

  private boolean isEverything() {
    return value.equals(">") || value.equals("*");
  }

  /** Goes through both texts segment by segment. */
  private boolean covers(String given) {
    int at = 0;
    int from = 0;
    while (at <= value.length()) {
      int end = segmentEnd(value, at);
      if (from > given.length()) {
        return false;
      }
      if (isSegment('>', at, end)) {
        return true;
      }
      int until = segmentEnd(given, from);
      boolean any = isSegment('*', at, end) && !isRest(given, from, until);
      if (!any && !isSame(at, end, given, from, until)) {
        return false;
      }
      at = end + 1;
      from = until + 1;
    }
    return from > given.length();
  }

  private static int segmentEnd(String text, int from) {
    int dot = text.indexOf('.', from);
    return dot < 0 ? text.length() : dot;
  }

  private boolean isSegment(char wildcard, int from, int to) {
    return to - from == 1 && value.charAt(from) == wildcard;
  }

  private static boolean isRest(String text, int from, int to) {
    return to - from == 1 && text.charAt(from) == '>';
  }

  private boolean isSame(int at, int end, String given, int from, int until) {
    return end - at == until - from && value.regionMatches(at, given, from, end - at);
  }
}
