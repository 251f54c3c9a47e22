package io.sluice.protocol.visionflow;

import io.sluice.model.NodeBatch;
import org.jspecify.annotations.Nullable;

/** How a connection is told of nodes; chosen by its subprotocol, for the content cannot tell. */
public enum NodeForm {
  /** Records of 34 bytes and nothing else, as the founding document has it. */
  RAW(null),
  /** A byte 2 and records of 36 bytes. */
  V2("visionflow.v2"),
  /** A header of 16 bytes and records of 34. */
  FRAMED("visionflow.framed");

  private static final NodeForm[] ALL = values();

  private final @Nullable String subprotocol;

  NodeForm(@Nullable String subprotocol) {
    this.subprotocol = subprotocol;
  }

  /** What a client offers to get it; null for what it gets without. */
  public @Nullable String subprotocol() {
    return subprotocol;
  }

  /** The form of a subprotocol; null if it is none of ours. */
  public static @Nullable NodeForm of(String subprotocol) {
    for (NodeForm form : ALL) {
      if (subprotocol.equals(form.subprotocol)) {
        return form;
      }
    }
    return null;
  }

  /** The highest number of a node that it can name. */
  public int maxId() {
    return switch (this) {
      case RAW, FRAMED -> RawNodes.MAX_ID;
      case V2 -> NodeBatch.MAX_ID;
    };
  }

  /** How many bytes a message of so many nodes takes. */
  public int size(int nodes) {
    return switch (this) {
      case RAW -> RawNodes.size(nodes);
      case V2 -> V2Nodes.size(nodes);
      case FRAMED -> FrameWriter.nodesSize(nodes);
    };
  }

  /**
   * Writes a message of all rows.
   *
   * @param timestamp milliseconds since 1970, where the form has room for it
   * @return where it ends
   * @throws VisionFlowRefused if a row cannot be written; what was written before it then stays
   */
  public int write(NodeBatch batch, long timestamp, byte[] into, int from)
      throws VisionFlowRefused {
    return switch (this) {
      case RAW -> RawNodes.write(batch, into, from);
      case V2 -> V2Nodes.write(batch, into, from);
      case FRAMED -> FrameWriter.nodes(batch, timestamp, into, from);
    };
  }

  /**
   * Writes a message of so many of the rows that are named.
   *
   * @param timestamp milliseconds since 1970, where the form has room for it
   * @return where it ends
   * @throws VisionFlowRefused if a row cannot be written; what was written before it then stays
   */
  public int write(NodeBatch batch, int[] rows, int count, long timestamp, byte[] into, int from)
      throws VisionFlowRefused {
    return switch (this) {
      case RAW -> RawNodes.write(batch, rows, count, into, from);
      case V2 -> V2Nodes.write(batch, rows, count, into, from);
      case FRAMED -> FrameWriter.nodes(batch, rows, count, timestamp, into, from);
    };
  }
}
