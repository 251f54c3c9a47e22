package io.sluice.services.graph;

/** Writes what graphs say in JSON: plain ASCII, so that characters are bytes. */
final class JsonText {
  private JsonText() {}

  /** A string with its quotes. */
  static void quote(String text, StringBuilder to) {
    to.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        to.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        to.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          to.append(Character.forDigit((c >> shift) & 0xF, 16));
        }
      } else {
        to.append(c);
      }
    }
    to.append('"');
  }

  /** The member of a name. */
  static void name(NodeName name, StringBuilder to) {
    to.append('"').append(name.id()).append("\":");
    quote(name.name(), to);
  }

  /** {@code [from,to,weight]}. */
  static void edge(int from, int end, float weight, StringBuilder to) {
    to.append('[').append(from).append(',').append(end).append(',').append(weight).append(']');
  }

  /** {@code [from,to]}. */
  static void noEdge(int from, int end, StringBuilder to) {
    to.append('[').append(from).append(',').append(end).append(']');
  }

  /** A node's number; {@code null} for none. */
  static void source(int source, StringBuilder to) {
    if (source == GraphCommand.NO_SOURCE) {
      to.append("null");
    } else {
      to.append(source);
    }
  }
}
