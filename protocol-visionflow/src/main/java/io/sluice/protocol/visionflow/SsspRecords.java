package io.sluice.protocol.visionflow;

import io.sluice.model.NodeBatch;

/**
 * Shortest ways alone, ten bytes for each node: the id as in {@link RawNodes}, the distance, the
 * parent. The payload of SSSP_UPDATE.
 */
final class SsspRecords {
  static final int WIDTH = 10;
  private static final int ID_BYTES = RawNodes.ID_BYTES;

  private SsspRecords() {}

  static int write(NodeBatch batch, int row, byte[] into, int at) throws VisionFlowRefused {
    RawNodes.writeId(batch, row, into, at);
    NodeRecord.writePath(batch, row, into, at + ID_BYTES);
    return at + WIDTH;
  }

  /** Reads one into a row, which rests at the origin. */
  static void read(byte[] bytes, int at, NodeBatch into, int row) throws VisionFlowRefused {
    RawNodes.readId(bytes, at, into, row);
    into.setPosition(row, 0, 0, 0);
    into.setVelocity(row, 0, 0, 0);
    NodeRecord.readPath(bytes, at + ID_BYTES, into, row);
  }
}
