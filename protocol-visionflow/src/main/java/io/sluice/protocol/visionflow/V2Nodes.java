package io.sluice.protocol.visionflow;

import io.sluice.model.NodeBatch;

/**
 * Nodes of 36 bytes behind a byte 2: an id of 32 bits, the two highest its kind, then what {@link
 * NodeRecord} says. Read by {@link NodeReader}.
 */
public final class V2Nodes {
  /** A node takes so many bytes. */
  public static final int WIDTH = 36;

  /** What a message begins with. */
  public static final byte VERSION = 2;

  static final int HEAD = 1;
  static final int ID_BYTES = 4;
  private static final int KIND_SHIFT = 30;

  private V2Nodes() {}

  /** How many bytes so many nodes take. */
  public static int size(int nodes) {
    return Math.addExact(HEAD, Math.multiplyExact(nodes, WIDTH));
  }

  /**
   * Writes all rows.
   *
   * @return where they end
   * @throws VisionFlowRefused if a row cannot be written; what was written before it then stays
   */
  public static int write(NodeBatch batch, byte[] into, int from) throws VisionFlowRefused {
    into[from] = VERSION;
    int at = from + HEAD;
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
    into[from] = VERSION;
    int at = from + HEAD;
    for (int i = 0; i < count; i++) {
      at = write(batch, rows[i], into, at);
    }
    return at;
  }

  private static int write(NodeBatch batch, int row, byte[] into, int at) throws VisionFlowRefused {
    int id = batch.ids()[row];
    if ((id & ~NodeBatch.MAX_ID) != 0) {
      throw VisionFlowRefused.node(
          VisionFlowCode.ID_OUT_OF_RANGE, "Node " + id + " is no number of 30 bits.", row, id);
    }
    NodeRecord.INT.set(into, at, batch.kinds()[row] << KIND_SHIFT | id);
    NodeRecord.write(batch, row, into, at + ID_BYTES);
    return at + WIDTH;
  }

  static void readId(byte[] bytes, int at, NodeBatch into, int row) throws VisionFlowRefused {
    int word = (int) NodeRecord.INT.get(bytes, at);
    int kind = word >>> KIND_SHIFT;
    if (kind == RawNodes.INVALID_KIND) {
      throw VisionFlowRefused.record(
          VisionFlowCode.INVALID_ID, "Both bits of the kind are set.", row);
    }
    into.kinds()[row] = (byte) kind;
    into.ids()[row] = word & NodeBatch.MAX_ID;
  }
}
