package io.sluice.protocol.visionflow;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.model.NodeBatch;

/**
 * Framed messages, each with the priority of its type, none compressed: gzip gains next to nothing
 * on nodes, and costs more than all the rest.
 */
public final class FrameWriter {
  private static final int WORD = 2;

  private FrameWriter() {}

  /** How many bytes a NODE_UPDATE of so many nodes takes. */
  public static int nodesSize(int nodes) {
    return Math.addExact(FrameHeader.SIZE, RawNodes.size(nodes));
  }

  /**
   * Writes a NODE_UPDATE of all rows.
   *
   * @return where it ends
   * @throws VisionFlowRefused if a row cannot be written; what was written before it then stays
   */
  public static int nodes(NodeBatch batch, long timestamp, byte[] into, int from)
      throws VisionFlowRefused {
    int length = RawNodes.size(batch.size());
    int at = FrameHeader.write(FrameType.NODE_UPDATE, length, timestamp, into, from);
    return RawNodes.write(batch, into, at);
  }

  /**
   * Writes a NODE_UPDATE of so many of the rows that are named.
   *
   * @return where it ends
   * @throws VisionFlowRefused if a row cannot be written; what was written before it then stays
   */
  public static int nodes(
      NodeBatch batch, int[] rows, int count, long timestamp, byte[] into, int from)
      throws VisionFlowRefused {
    int length = RawNodes.size(count);
    int at = FrameHeader.write(FrameType.NODE_UPDATE, length, timestamp, into, from);
    return RawNodes.write(batch, rows, count, into, at);
  }

  /** How many bytes an SSSP_UPDATE of so many nodes takes. */
  public static int ssspSize(int nodes) {
    return Math.addExact(FrameHeader.SIZE, Math.multiplyExact(nodes, SsspRecords.WIDTH));
  }

  /**
   * Writes an SSSP_UPDATE of all rows.
   *
   * @return where it ends
   * @throws VisionFlowRefused if a row cannot be written; what was written before it then stays
   */
  public static int sssp(NodeBatch batch, long timestamp, byte[] into, int from)
      throws VisionFlowRefused {
    int length = batch.size() * SsspRecords.WIDTH;
    int at = FrameHeader.write(FrameType.SSSP_UPDATE, length, timestamp, into, from);
    for (int row = 0; row < batch.size(); row++) {
      at = SsspRecords.write(batch, row, into, at);
    }
    return at;
  }

  /**
   * Writes an SSSP_UPDATE of so many of the rows that are named.
   *
   * @return where it ends
   * @throws VisionFlowRefused if a row cannot be written; what was written before it then stays
   */
  public static int sssp(
      NodeBatch batch, int[] rows, int count, long timestamp, byte[] into, int from)
      throws VisionFlowRefused {
    int length = count * SsspRecords.WIDTH;
    int at = FrameHeader.write(FrameType.SSSP_UPDATE, length, timestamp, into, from);
    for (int i = 0; i < count; i++) {
      at = SsspRecords.write(batch, rows[i], into, at);
    }
    return at;
  }

  /** A VOICE_FRAME; of speaker and sequence 16 bits count. */
  public static byte[] voice(int speaker, int sequence, byte[] opus, long timestamp) {
    byte[] frame = frame(FrameType.VOICE_FRAME, 2 * WORD + opus.length, timestamp);
    NodeRecord.SHORT.set(frame, FrameHeader.SIZE, (short) speaker);
    NodeRecord.SHORT.set(frame, FrameHeader.SIZE + WORD, (short) sequence);
    System.arraycopy(opus, 0, frame, FrameHeader.SIZE + 2 * WORD, opus.length);
    return frame;
  }

  /** A SETTINGS_UPDATE, AGENT_STATUS or ERROR of a JSON object in UTF-8. */
  public static byte[] json(FrameType type, byte[] object, long timestamp) {
    if (!type.isJson()) {
      throw new IllegalArgumentException(type + " carries no JSON");
    }
    byte[] frame = frame(type, object.length, timestamp);
    System.arraycopy(object, 0, frame, FrameHeader.SIZE, object.length);
    return frame;
  }

  /** A PING of 64 bits. */
  public static byte[] ping(long value, long timestamp) {
    return word(FrameType.PING, value, timestamp);
  }

  /** A PONG with the 64 bits of its PING. */
  public static byte[] pong(long value, long timestamp) {
    return word(FrameType.PONG, value, timestamp);
  }

  /**
   * A CLOSE; of the code 16 bits count.
   *
   * @throws IllegalArgumentException if the reason is too long
   */
  public static byte[] close(int code, String reason, long timestamp) {
    byte[] text = reason.getBytes(UTF_8);
    if (text.length > FrameReader.MAX_REASON) {
      throw new IllegalArgumentException("a reason of " + text.length + " bytes");
    }
    byte[] frame = frame(FrameType.CLOSE, WORD + text.length, timestamp);
    NodeRecord.SHORT.set(frame, FrameHeader.SIZE, (short) code);
    System.arraycopy(text, 0, frame, FrameHeader.SIZE + WORD, text.length);
    return frame;
  }

  private static byte[] word(FrameType type, long value, long timestamp) {
    byte[] frame = frame(type, Long.BYTES, timestamp);
    NodeRecord.LONG.set(frame, FrameHeader.SIZE, value);
    return frame;
  }

  private static byte[] frame(FrameType type, int length, long timestamp) {
    byte[] frame = new byte[FrameHeader.SIZE + length];
    FrameHeader.write(type, length, timestamp, frame, 0);
    return frame;
  }
}
