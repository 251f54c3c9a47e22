package io.sluice.gateway.visionflow;

import io.netty.buffer.ByteBuf;
import io.sluice.model.CloseReason;
import io.sluice.model.Moment;
import io.sluice.model.NodeBatch;
import io.sluice.protocol.visionflow.FrameWriter;
import io.sluice.protocol.visionflow.VisionFlowCode;
import io.sluice.protocol.visionflow.VisionFlowFault;
import io.sluice.protocol.visionflow.VisionFlowFrame;
import io.sluice.protocol.visionflow.VisionFlowRefused;

/**
 * What a peer sends in binary: nodes that it has moved, and the frames around them. Owned by its
 * dialog.
 */
final class Moves {
  private final PositionsDialog dialog;
  private final PositionsEndpoint.Tools tools;

  Moves(PositionsDialog dialog, PositionsEndpoint.Tools tools) {
    this.dialog = dialog;
    this.tools = tools;
  }

  void read(ByteBuf message, Moment now) {
    try {
      take(message, now);
    } catch (VisionFlowRefused refused) {
      dialog.fail(refused.fault());
    }
  }

  private void take(ByteBuf message, Moment now) throws VisionFlowRefused {
    // Handed on whole, so each message has its own.
    NodeBatch nodes = new NodeBatch(dialog.house().limits().nodes());
    switch (dialog.form()) {
      case RAW -> {
        tools.nodes().raw(message, nodes);
        move(nodes, now);
      }
      case V2 -> {
        tools.nodes().v2(message, nodes);
        move(nodes, now);
      }
      case FRAMED -> take(tools.frames().read(message, nodes), now);
    }
  }

  private void take(VisionFlowFrame frame, Moment now) {
    switch (frame) {
      case VisionFlowFrame.NodeUpdate update -> move(update.nodes(), now);
      case VisionFlowFrame.Ping ping ->
          dialog.sayBinary(FrameWriter.pong(ping.value(), now.epochMillis()));
      case VisionFlowFrame.Pong _ -> {}
      case VisionFlowFrame.Close _ -> dialog.leave(CloseReason.PEER);
      case VisionFlowFrame.SsspUpdate _,
          VisionFlowFrame.VoiceFrame _,
          VisionFlowFrame.SettingsUpdate _,
          VisionFlowFrame.AgentStatus _,
          VisionFlowFrame.Failed _ ->
          dialog.fail(
              new VisionFlowFault(
                  VisionFlowCode.UNEXPECTED_TYPE, "Nobody takes this from a client here."));
    }
  }

  private void move(NodeBatch nodes, Moment now) {
    if (!dialog.mayMove()) {
      dialog.fail(
          new VisionFlowFault(
              VisionFlowCode.FORBIDDEN, "The token does not allow moving nodes of this graph."));
    } else if (nodes.size() > 0) {
      dialog
          .visit()
          .move(
              nodes.seal(),
              now,
              wrong -> {
                if (wrong != null) {
                  dialog.enter(at -> dialog.fail(wrong));
                }
              });
    }
  }
}
