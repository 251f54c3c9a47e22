package io.sluice.client.visionflow;

import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import io.sluice.protocol.visionflow.NodeForm;
import io.sluice.protocol.visionflow.VisionFlowRefused;

/**
 * Owner: its own lock. Moves that wait to be sent: of each node the newest, and of so many nodes at
 * most. Any thread puts in, the turnstile takes out.
 */
final class Moves {
  /** What became of a move. */
  enum Put {
    /** It waits, and nothing waited before. */
    FIRST,
    /** It waits with others. */
    ADDED,
    /** It waits in the place of an older one of the node. */
    REPLACED,
    /** So many nodes wait already. */
    FULL
  }

  private final NodeBatch waiting;
  private final RowIndex index = new RowIndex();

  Moves(int limit) {
    waiting = new NodeBatch(limit);
  }

  synchronized Put put(
      int id, NodeKind kind, float x, float y, float z, float vx, float vy, float vz) {
    int row = index.get(id);
    Put put = waiting.size() == 0 ? Put.FIRST : row == RowIndex.ABSENT ? Put.ADDED : Put.REPLACED;
    if (row == RowIndex.ABSENT) {
      if (waiting.isFull()) {
        return Put.FULL;
      }
      row = waiting.add(id, kind);
      index.put(id, row);
    }
    waiting.setPosition(row, x, y, z);
    waiting.setVelocity(row, vx, vy, vz);
    return put;
  }

  synchronized boolean isEmpty() {
    return waiting.size() == 0;
  }

  synchronized int size() {
    return waiting.size();
  }

  /** All that waits, as a message. */
  synchronized byte[] take(NodeForm form, long epochMillis) {
    byte[] message = new byte[form.size(waiting.size())];
    try {
      form.write(waiting, epochMillis, message, 0);
    } catch (VisionFlowRefused e) {
      throw new IllegalStateException("what cannot be written was let in", e);
    }
    drop();
    return message;
  }

  /** Forgets all that waits: so many. */
  synchronized int drop() {
    int dropped = waiting.size();
    waiting.clear();
    index.clear();
    return dropped;
  }
}
