package io.sluice.protocol.visionflow;

import io.netty.buffer.ByteBuf;
import io.sluice.model.NodeBatch;
import io.sluice.model.VisionFlowLimits;
import java.nio.ByteBuffer;

/**
 * Owner: one event loop, or one client. Reads messages of nodes into a batch, all of a message or
 * nothing: where it refuses, the batch is empty. Nothing is allocated for a message; the indices of
 * a buffer are left where they are.
 */
public final class NodeReader {
  /** So many nodes are copied at a time out of memory that is no array. */
  private static final int AT_ONCE = 256;

  /** How records are laid out. */
  enum Layout {
    RAW(RawNodes.WIDTH),
    V2(V2Nodes.WIDTH),
    SSSP(SsspRecords.WIDTH);

    private final int width;

    Layout(int width) {
      this.width = width;
    }
  }

  private final int limit;
  private final SeenIds seen = new SeenIds();
  private final byte[] piece = new byte[AT_ONCE * V2Nodes.WIDTH];

  /** A reader that refuses what lies beyond these limits. */
  public NodeReader(VisionFlowLimits limits) {
    limit = limits.nodes();
  }

  /** Reads a message of records of 34 bytes. */
  public void raw(ByteBuf message, NodeBatch into) throws VisionFlowRefused {
    read(Layout.RAW, message, message.readerIndex(), message.readableBytes(), into);
  }

  /** Reads a message of records of 34 bytes. */
  public void raw(byte[] bytes, int from, int to, NodeBatch into) throws VisionFlowRefused {
    read(Layout.RAW, bytes, from, to, into);
  }

  /** Reads a message of V2. */
  public void v2(ByteBuf message, NodeBatch into) throws VisionFlowRefused {
    into.clear();
    int length = message.readableBytes();
    int from = message.readerIndex();
    checkVersion(length == 0 ? 0 : message.getByte(from), length);
    read(Layout.V2, message, from + V2Nodes.HEAD, length - V2Nodes.HEAD, into);
  }

  /** Reads a message of V2. */
  public void v2(byte[] bytes, int from, int to, NodeBatch into) throws VisionFlowRefused {
    into.clear();
    checkVersion(from == to ? 0 : bytes[from], to - from);
    read(Layout.V2, bytes, from + V2Nodes.HEAD, to, into);
  }

  private static void checkVersion(byte first, int length) throws VisionFlowRefused {
    if (length == 0) {
      throw new VisionFlowRefused(
          VisionFlowCode.INVALID_LENGTH, "A message of V2 has at least its byte 2.");
    }
    if (first != V2Nodes.VERSION) {
      throw new VisionFlowRefused(
          VisionFlowCode.UNKNOWN_VERSION, "A message of V2 begins with a byte 2.");
    }
  }

  void read(Layout layout, byte[] bytes, int from, int to, NodeBatch into)
      throws VisionFlowRefused {
    int count = begin(layout, to - from, into);
    rows(layout, bytes, from, 0, count, into);
    into.resize(count);
  }

  void read(Layout layout, ByteBuf message, int from, int length, NodeBatch into)
      throws VisionFlowRefused {
    if (message.hasArray()) {
      int at = message.arrayOffset() + from;
      read(layout, message.array(), at, at + length, into);
      return;
    }
    int count = begin(layout, length, into);
    // The buffer's own view of its memory, where it has one: every other is an object more.
    ByteBuffer memory =
        message.nioBufferCount() == 1
            ? message.internalNioBuffer(from, length)
            : message.nioBuffer(from, length);
    for (int row = 0; row < count; row += AT_ONCE) {
      int last = Math.min(count, row + AT_ONCE);
      memory.get(piece, 0, (last - row) * layout.width);
      rows(layout, piece, 0, row, last, into);
    }
    into.resize(count);
  }

  /** Empties the batch and makes room in it for as many as the length says. */
  private int begin(Layout layout, int length, NodeBatch into) throws VisionFlowRefused {
    into.clear();
    int count = length / layout.width;
    if (count * layout.width != length) {
      throw new VisionFlowRefused(
          VisionFlowCode.INVALID_LENGTH,
          "%d bytes are no whole number of records of %d.".formatted(length, layout.width));
    }
    int most = Math.min(limit, into.limit());
    if (count > most) {
      throw new VisionFlowRefused(
          VisionFlowCode.TOO_MANY_NODES,
          "%d nodes are more than %d.".formatted(count, most),
          "{\"size\":%d,\"max\":%d}".formatted(count, most));
    }
    into.reserve(count);
    seen.begin(count);
    return count;
  }

  private void rows(Layout layout, byte[] bytes, int from, int first, int last, NodeBatch into)
      throws VisionFlowRefused {
    switch (layout) {
      case RAW -> rawRows(bytes, from, first, last, into);
      case V2 -> v2Rows(bytes, from, first, last, into);
      case SSSP -> ssspRows(bytes, from, first, last, into);
    }
  }

  private void rawRows(byte[] bytes, int from, int first, int last, NodeBatch into)
      throws VisionFlowRefused {
    int at = from;
    for (int row = first; row < last; row++) {
      RawNodes.readId(bytes, at, into, row);
      NodeRecord.read(bytes, at + RawNodes.ID_BYTES, into, row);
      note(into, row);
      at += RawNodes.WIDTH;
    }
  }

  private void v2Rows(byte[] bytes, int from, int first, int last, NodeBatch into)
      throws VisionFlowRefused {
    int at = from;
    for (int row = first; row < last; row++) {
      V2Nodes.readId(bytes, at, into, row);
      NodeRecord.read(bytes, at + V2Nodes.ID_BYTES, into, row);
      note(into, row);
      at += V2Nodes.WIDTH;
    }
  }

  private void ssspRows(byte[] bytes, int from, int first, int last, NodeBatch into)
      throws VisionFlowRefused {
    int at = from;
    for (int row = first; row < last; row++) {
      SsspRecords.read(bytes, at, into, row);
      note(into, row);
      at += SsspRecords.WIDTH;
    }
  }

  private void note(NodeBatch into, int row) throws VisionFlowRefused {
    int id = into.ids()[row];
    if (!seen.add(id)) {
      throw VisionFlowRefused.node(
          VisionFlowCode.DUPLICATE_ID, "Node " + id + " comes twice.", row, id);
    }
  }
}
