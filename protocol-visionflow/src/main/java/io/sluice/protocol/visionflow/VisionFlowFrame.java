package io.sluice.protocol.visionflow;

import io.sluice.model.NodeBatch;
import io.sluice.protocol.json.JsonPayload;

/** A framed message that has been judged good. */
public sealed interface VisionFlowFrame {
  /** What stood in front of it. */
  FrameHeader header();

  /**
   * Nodes.
   *
   * @param nodes the batch that the reader was given
   */
  record NodeUpdate(FrameHeader header, NodeBatch nodes) implements VisionFlowFrame {}

  /**
   * Shortest ways alone.
   *
   * @param nodes the batch that the reader was given; of it ids, kinds, distances and parents count
   */
  record SsspUpdate(FrameHeader header, NodeBatch nodes) implements VisionFlowFrame {}

  /**
   * A packet of somebody's voice.
   *
   * @param speaker whose, 16 bits
   * @param sequence the speaker's count, 16 bits, 0 behind 65,535
   * @param opus opaque
   */
  // Handed on, not compared.
  @SuppressWarnings("ArrayRecordComponent")
  record VoiceFrame(FrameHeader header, int speaker, int sequence, byte[] opus)
      implements VisionFlowFrame {}

  /** Settings, as an object. */
  record SettingsUpdate(FrameHeader header, JsonPayload json) implements VisionFlowFrame {}

  /** What an agent does, as an object. */
  record AgentStatus(FrameHeader header, JsonPayload json) implements VisionFlowFrame {}

  /** Something went wrong; an object with code, message, recoverable and perhaps details. */
  record Failed(FrameHeader header, JsonPayload json) implements VisionFlowFrame {}

  /** Is anybody there? */
  record Ping(FrameHeader header, long value) implements VisionFlowFrame {}

  /** Somebody is; the value of the PING. */
  record Pong(FrameHeader header, long value) implements VisionFlowFrame {}

  /**
   * The sender will close.
   *
   * @param code 16 bits
   * @param reason for a person
   */
  record Close(FrameHeader header, int code, String reason) implements VisionFlowFrame {}
}
