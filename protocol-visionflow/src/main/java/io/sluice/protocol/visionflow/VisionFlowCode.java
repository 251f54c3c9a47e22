package io.sluice.protocol.visionflow;

import org.jspecify.annotations.Nullable;

/**
 * Every code of an error on {@code /ws/positions} and {@code /ws/voice}. A message it is about has
 * changed nothing. The table is printed into {@code docs/errors.md}.
 */
public enum VisionFlowCode {
  INVALID_LENGTH(
      "invalid_length",
      "The message is no whole number of records, or has not the length its header or type says.",
      "Send N × 34 bytes, in V2 a byte 2 and N × 36, framed 16 bytes and what they announce."),
  TOO_MANY_NODES(
      "too_many_nodes", "More nodes in one message than `visionflow.nodes`.", "Send it in parts."),
  INVALID_HEADER(
      "invalid_header",
      "A bit or field of the frame's header is set that has no meaning.",
      "Use bit 0 for gzip, bits 1 and 2 for the priority, and leave the rest 0."),
  UNKNOWN_TYPE(
      "unknown_type",
      "There is no such type of frame, or of JSON message.",
      "Send one of the types in protocols/visionflow.md."),
  UNEXPECTED_TYPE(
      "unexpected_type",
      "The type exists, but nobody takes it here from a client.",
      "Send it where it belongs."),
  UNKNOWN_VERSION(
      "unknown_version",
      "A message of V2 does not begin with a byte 2.",
      "Put it in front, or choose the form you speak by its subprotocol."),
  INVALID_ID(
      "invalid_id",
      "Both bits of a node's kind are set.",
      "Set one for an agent, the other for knowledge, or none."),
  ID_OUT_OF_RANGE(
      "id_out_of_range",
      "A number above 16,383 does not fit into a record of 34 bytes; it is never cut.",
      "Use the subprotocol visionflow.v2, or smaller numbers."),
  DUPLICATE_ID("duplicate_id", "A node comes twice in one message.", "Send its newest state only."),
  NOT_FINITE(
      "not_finite",
      "A position or velocity is NaN or infinite, or a distance is NaN.",
      "Send finite numbers; only a distance may be +Infinity."),
  INVALID_DISTANCE(
      "invalid_distance",
      "A distance is below zero.",
      "Send 0 for the source, +Infinity for who cannot be reached."),
  INVALID_GZIP(
      "invalid_gzip",
      "The payload is marked as gzip and is not exactly one whole gzip member.",
      "Compress it anew, or leave bit 0 of the flags 0."),
  TOO_LARGE(
      "too_large",
      "The payload inflates beyond `visionflow.inflatedBytes` or `visionflow.inflateRatio`.",
      "Send it in parts, or uncompressed."),
  INVALID_ENCODING("invalid_encoding", "Text in a frame is not UTF-8.", "Encode it."),
  INVALID_JSON(
      "invalid_json",
      "The message or payload is not one JSON object, or breaks a limit on depth, names or"
          + " numbers.",
      "Send one JSON object; see limits.json."),
  MISSING_FIELD(
      "missing_field", "A field this message needs is absent.", "Add the field that is named."),
  INVALID_FIELD(
      "invalid_field",
      "A field has the wrong type, range or length.",
      "Correct the field that is named."),
  UNKNOWN_GRAPH("unknown_graph", "There is no such graph.", "Create it, or name another."),
  UNKNOWN_NODE("unknown_node", "The graph has no such node.", "Add it first."),
  WRONG_KIND(
      "wrong_kind",
      "A node that is moved is of another kind in the graph.",
      "Send the bits of the kind that it has."),
  GRAPH_FULL("graph_full", "The graph takes no more nodes or edges.", "Remove some."),
  FORBIDDEN(
      "forbidden",
      "The token does not allow this on this graph or in this room.",
      "Ask for a token with a grant for it."),
  RATE_LIMITED(
      "rate_limited", "Messages come faster than is agreed; this one was dropped.", "Send fewer."),
  BUSY("busy", "Too much is under way; the message was not taken.", "Send it again in a moment."),
  GAP("gap", "Something was lost to a slow reader; what comes next is whole.", "Nothing."),
  INTERNAL("internal", "A bug in the server; the log has it.", "Report it."),
  ABUSE(
      "abuse",
      4001,
      "Messages were refused or came too fast, again and again.",
      "Correct the client before it reconnects.");

  /** Said by {@link #closeCode} of what leaves the connection as it is. */
  public static final int STAYS = 0;

  private static final VisionFlowCode[] ALL = values();

  private final String text;
  private final int closeCode;
  private final String situation;
  private final String cure;

  VisionFlowCode(String text, String situation, String cure) {
    this(text, STAYS, situation, cure);
  }

  VisionFlowCode(String text, int closeCode, String situation, String cure) {
    this.text = text;
    this.closeCode = closeCode;
    this.situation = situation;
    this.cure = cure;
  }

  /** The code on the wire. */
  public String text() {
    return text;
  }

  /** What brings it about. */
  public String situation() {
    return situation;
  }

  /** What to do about it. */
  public String cure() {
    return cure;
  }

  /** What a connection is closed with for it, or {@link #STAYS}. */
  public int closeCode() {
    return closeCode;
  }

  /** Whether the connection stays. */
  public boolean isRecoverable() {
    return closeCode == STAYS;
  }

  /** The code of that name; null if it is none of ours. */
  public static @Nullable VisionFlowCode of(String text) {
    for (VisionFlowCode code : ALL) {
      if (code.text.equals(text)) {
        return code;
      }
    }
    return null;
  }
}
