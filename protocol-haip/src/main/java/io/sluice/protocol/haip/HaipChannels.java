package io.sluice.protocol.haip;

/** The names of channels: five that are always there, and those a session makes up. */
public final class HaipChannels {
  /** Protocol messages go here; it is never paused. */
  public static final String SYSTEM = "SYSTEM";

  /** The longest name: with {@code haip.<session>.} in front of it, it is a channel of the hub. */
  public static final int MAX_LENGTH = 80;

  private static final String[] STANDING = {"USER", "AGENT", SYSTEM, "AUDIO_IN", "AUDIO_OUT"};

  private HaipChannels() {}

  /** Whether it is one of the five. */
  public static boolean isStanding(String name) {
    for (String standing : STANDING) {
      if (standing.equals(name)) {
        return true;
      }
    }
    return false;
  }

  /** Whether it may name a channel. */
  public static boolean isName(String name) {
    if (name.isEmpty() || name.length() > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) > 'z' || !isNameByte((byte) name.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether the JSON between two places is a string that may name a channel. */
  static boolean isName(byte[] bytes, int from, int to) {
    int length = to - from - 2;
    if (bytes[from] != '"' || length < 1 || length > MAX_LENGTH) {
      return false;
    }
    for (int i = from + 1; i < to - 1; i++) {
      if (!isNameByte(bytes[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNameByte(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || b == '_'
        || b == '-';
  }

  /** The standing name that stands there; otherwise a new text. */
  static String name(byte[] bytes, int first, int last) {
    for (String standing : STANDING) {
      if (standing.length() == last - first && isAt(standing, bytes, first)) {
        return standing;
      }
    }
    return new String(bytes, first, last - first, java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  /** Whether a name of as many bytes stands there. */
  static boolean isAt(String name, byte[] bytes, int first) {
    for (int i = 0; i < name.length(); i++) {
      if (bytes[first + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
