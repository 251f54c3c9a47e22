package io.sluice.gateway.visionflow;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.gateway.websocket.FrameKind;
import io.sluice.gateway.websocket.Frames;
import io.sluice.model.Form;
import io.sluice.model.Frame;
import io.sluice.model.NodeBatch;
import io.sluice.model.NodesPayload;
import io.sluice.model.Publication;
import io.sluice.protocol.visionflow.NodeForm;
import io.sluice.protocol.visionflow.VisionFlowRefused;
import java.util.Arrays;

/**
 * A graph's publications as frames: nodes in binary, as the connection chose, everything else as
 * {@code graph_update}. Shared by all event loops, so that all of a form get the same bytes.
 *
 * <p>What is no graph's becomes a message of no node, which says nothing to anybody. Nodes whose
 * numbers the form cannot name are left out; who comes is told of it.
 */
record GraphForm(NodeForm nodes) implements Form {
  private static final byte[] GRAPH_UPDATE = "{\"type\":\"graph_update\",".getBytes(UTF_8);

  /** What every change begins with. */
  private static final byte[] CHANGE = "{\"revision\":".getBytes(UTF_8);

  @Override
  public Frame encode(Publication publication) {
    if (publication.draft().payload() instanceof NodesPayload payload) {
      return binary(payload.nodes(), publication.epochMillis());
    }
    byte[] said = publication.draft().payload().bytes();
    return isChange(said)
        ? text(graphUpdate(said))
        : binary(new NodeBatch(0), publication.epochMillis());
  }

  private static boolean isChange(byte[] said) {
    return said.length > CHANGE.length
        && Arrays.equals(said, 0, CHANGE.length, CHANGE, 0, CHANGE.length);
  }

  private Frame binary(NodeBatch batch, long timestamp) {
    int[] rows = new int[batch.size()];
    int count = 0;
    for (int row = 0; row < batch.size(); row++) {
      if (batch.id(row) <= nodes.maxId()) {
        rows[count++] = row;
      }
    }
    int size = nodes.size(count);
    byte[] frame = new byte[Frames.headerBytes(size) + size];
    int at = Frames.writeHeader(frame, 0, FrameKind.BINARY, size);
    try {
      int _ = nodes.write(batch, rows, count, timestamp, frame, at);
    } catch (VisionFlowRefused bug) {
      throw new IllegalStateException("a graph has what cannot be said", bug);
    }
    return new Frame(frame, size);
  }

  /** A piece of the structure, a JSON object with members, as a message; not copied. */
  static ByteBuf message(byte[] piece) {
    return Unpooled.wrappedBuffer(
        Unpooled.wrappedBuffer(GRAPH_UPDATE), Unpooled.wrappedBuffer(piece, 1, piece.length - 1));
  }

  /** A change of the structure, the same way. */
  private static byte[] graphUpdate(byte[] change) {
    byte[] message = Arrays.copyOf(GRAPH_UPDATE, GRAPH_UPDATE.length + change.length - 1);
    System.arraycopy(change, 1, message, GRAPH_UPDATE.length, change.length - 1);
    return message;
  }

  private static Frame text(byte[] message) {
    return new Frame(Frames.frame(FrameKind.TEXT, message), message.length);
  }
}
