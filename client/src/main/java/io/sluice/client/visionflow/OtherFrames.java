package io.sluice.client.visionflow;

import io.sluice.model.Moment;
import io.sluice.protocol.visionflow.FrameWriter;
import io.sluice.protocol.visionflow.PositionText;
import io.sluice.protocol.visionflow.VisionFlowFrame;
import io.sluice.protocol.visionflow.VisionFlowRefused;

/** Owner: its talk. What frames say on either socket. */
final class OtherFrames {
  private final PositionText text;
  private final VisionFlowHands hands;

  OtherFrames(PositionText text, VisionFlowHands hands) {
    this.text = text;
    this.hands = hands;
  }

  /** Takes a frame that is none of the talk's own; what means nothing here is passed over. */
  void take(VisionFlowFrame frame, Moment now, Talk.Steps steps) throws VisionFlowRefused {
    switch (frame) {
      case VisionFlowFrame.Ping ping ->
          hands.sendBinary(FrameWriter.pong(ping.value(), now.epochMillis()));
      case VisionFlowFrame.Failed failed -> {
        byte[] object = failed.json().bytes();
        steps.common(text.event(object, 0, object.length));
      }
      case VisionFlowFrame.NodeUpdate nodes -> pass();
      case VisionFlowFrame.SsspUpdate paths -> pass();
      case VisionFlowFrame.VoiceFrame voice -> pass();
      case VisionFlowFrame.SettingsUpdate settings -> pass();
      case VisionFlowFrame.AgentStatus status -> pass();
      case VisionFlowFrame.Pong pong -> pass();
      // The socket's own close follows it.
      case VisionFlowFrame.Close close -> pass();
    }
  }

  private static void pass() {
    // It means nothing to this client.
  }
}
