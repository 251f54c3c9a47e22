package io.sluice.protocol.visionflow;

import io.sluice.model.NodeBatch;

/**
 * Nodes of 34 bytes, one behind the other and nothing else: an id of 16 bits, the two highest its
 * kind, then what {@link NodeRecord} says. Read by {@link NodeReader}.
 */
public final class RawNodes {
  /** A node takes so many bytes. */
  public static final int WIDTH = 34;

  /** The highest number that fits. */
  public static final int MAX_ID = 0x3FFF;

  static final int ID_BYTES = 2;
  private static final int KIND_SHIFT = 14;

  /** Both bits, which is no kind. */
  static final int INVALID_KIND = 3;

  private RawNodes() {}

  /** How many bytes so many nodes take. */
  public static int size(int nodes) {
    return Math.multiplyExact(nodes, WIDTH);
  }

  /**
   * Writes all rows.
   *
   * @return where they end
   * @throws VisionFlowRefused if a row cannot be written; what was written before it then stays
   */
  public static int write(NodeBatch batch, byte[] into, int from) throws VisionFlowRefused {
    int at = from;
    int size = batch.size();
    for (int row = 0; row < size; row++) {
      at = write(batch, row, into, at);
    }
    return at;
  }

  /**
   * Writes so many of the rows that are named.
   *
   * @return where they end
   * @throws VisionFlowRefused if a row cannot be written; what was written before it then stays
   */
  public static int write(NodeBatch batch, int[] rows, int count, byte[] into, int from)
      throws VisionFlowRefused {
    int at = from;
    for (int i = 0; i < count; i++) {
      at = write(batch, rows[i], into, at);
    }
    return at;
  }

  private static int write(NodeBatch batch, int row, byte[] into, int at) throws VisionFlowRefused {
    writeId(batch, row, into, at);
    NodeRecord.write(batch, row, into, at + ID_BYTES);
    return at + WIDTH;
  }

  static void writeId(NodeBatch batch, int row, byte[] into, int at) throws VisionFlowRefused {
    int id = batch.ids()[row];
    if ((id & ~MAX_ID) != 0) {
      throw VisionFlowRefused.node(
          VisionFlowCode.ID_OUT_OF_RANGE,
          "Node " + id + " does not fit into a record of 34 bytes.",
          row,
          id);
    }
    NodeRecord.SHORT.set(into, at, (short) (batch.kinds()[row] << KIND_SHIFT | id));
  }

  static void readId(byte[] bytes, int at, NodeBatch into, int row) throws VisionFlowRefused {
    int word = (short) NodeRecord.SHORT.get(bytes, at) & 0xFFFF;
    int kind = word >>> KIND_SHIFT;
    if (kind == INVALID_KIND) {
      throw VisionFlowRefused.record(
          VisionFlowCode.INVALID_ID, "Both bits of the kind are set.", row);
    }
    into.kinds()[row] = (byte) kind;
    into.ids()[row] = word & MAX_ID;
  }
}
