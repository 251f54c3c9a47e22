package io.sluice.protocol.visionflow;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.sluice.model.Limits;
import io.sluice.model.NodeBatch;
import io.sluice.model.VisionFlowLimits;
import io.sluice.protocol.json.JsonPayload;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Owner: one event loop, or one client. Reads framed messages, all of one or nothing. For a message
 * of nodes it allocates the header it gives back, whatever their number; the indices of a buffer
 * are left where they are.
 */
public final class FrameReader {
  /** The reason of a CLOSE takes at most so many bytes, as in WebSocket's own. */
  public static final int MAX_REASON = 123;

  private static final int CODE_BYTES = 2;
  private static final int VOICE_HEAD = 4;

  private final NodeReader nodes;
  private final Gunzip gunzip;
  private final Limits.Json json;
  private final byte[] head = new byte[FrameHeader.SIZE];

  /** A reader that refuses what lies beyond these limits. */
  public FrameReader(VisionFlowLimits limits, Limits.Json json) {
    nodes = new NodeReader(limits);
    gunzip = new Gunzip(limits);
    this.json = json;
  }

  /** Reads a message, nodes into the batch. */
  public VisionFlowFrame read(ByteBuf message, NodeBatch into) throws VisionFlowRefused {
    int from = message.readerIndex();
    int length = message.readableBytes();
    if (message.hasArray()) {
      int at = message.arrayOffset() + from;
      return read(message.array(), at, at + length, into);
    }
    into.clear();
    message.getBytes(from, head, 0, Math.min(length, head.length));
    FrameHeader header = FrameHeader.announcing(head, 0, length);
    int payload = from + FrameHeader.SIZE;
    NodeReader.Layout layout = layout(header);
    if (layout == null || header.gzip()) {
      byte[] bytes = ByteBufUtil.getBytes(message, payload, header.length());
      return payload(header, bytes, 0, bytes.length, into);
    }
    nodes.read(layout, message, payload, header.length(), into);
    return ofNodes(header, into);
  }

  /** Reads a message that lies between two places, nodes into the batch. */
  public VisionFlowFrame read(byte[] bytes, int from, int to, NodeBatch into)
      throws VisionFlowRefused {
    into.clear();
    FrameHeader header = FrameHeader.read(bytes, from, to);
    return payload(header, bytes, from + FrameHeader.SIZE, to, into);
  }

  private VisionFlowFrame payload(
      FrameHeader header, byte[] bytes, int from, int to, NodeBatch into) throws VisionFlowRefused {
    if (header.gzip()) {
      byte[] inflated = gunzip.inflate(bytes, from, to);
      return plain(header, inflated, 0, inflated.length, into);
    }
    return plain(header, bytes, from, to, into);
  }

  private VisionFlowFrame plain(FrameHeader header, byte[] bytes, int from, int to, NodeBatch into)
      throws VisionFlowRefused {
    return switch (header.type()) {
      case NODE_UPDATE -> {
        nodes.read(NodeReader.Layout.RAW, bytes, from, to, into);
        yield ofNodes(header, into);
      }
      case SSSP_UPDATE -> {
        nodes.read(NodeReader.Layout.SSSP, bytes, from, to, into);
        yield ofNodes(header, into);
      }
      case VOICE_FRAME -> voice(header, bytes, from, to);
      case SETTINGS_UPDATE -> new VisionFlowFrame.SettingsUpdate(header, object(bytes, from, to));
      case AGENT_STATUS -> new VisionFlowFrame.AgentStatus(header, object(bytes, from, to));
      case ERROR -> new VisionFlowFrame.Failed(header, object(bytes, from, to));
      case PING -> new VisionFlowFrame.Ping(header, value(bytes, from, to));
      case PONG -> new VisionFlowFrame.Pong(header, value(bytes, from, to));
      case CLOSE -> close(header, bytes, from, to);
    };
  }

  private static NodeReader.@Nullable Layout layout(FrameHeader header) {
    return switch (header.type()) {
      case NODE_UPDATE -> NodeReader.Layout.RAW;
      case SSSP_UPDATE -> NodeReader.Layout.SSSP;
      case VOICE_FRAME, SETTINGS_UPDATE, AGENT_STATUS, ERROR, PING, PONG, CLOSE -> null;
    };
  }

  private static VisionFlowFrame ofNodes(FrameHeader header, NodeBatch nodes) {
    return header.type() == FrameType.NODE_UPDATE
        ? new VisionFlowFrame.NodeUpdate(header, nodes)
        : new VisionFlowFrame.SsspUpdate(header, nodes);
  }

  private static VisionFlowFrame voice(FrameHeader header, byte[] bytes, int from, int to)
      throws VisionFlowRefused {
    if (to - from < VOICE_HEAD) {
      throw new VisionFlowRefused(
          VisionFlowCode.INVALID_LENGTH, "A VOICE_FRAME has at least speaker and sequence.");
    }
    return new VisionFlowFrame.VoiceFrame(
        header,
        unsigned(bytes, from),
        unsigned(bytes, from + 2),
        Arrays.copyOfRange(bytes, from + VOICE_HEAD, to));
  }

  private static long value(byte[] bytes, int from, int to) throws VisionFlowRefused {
    if (to - from != Long.BYTES) {
      throw new VisionFlowRefused(
          VisionFlowCode.INVALID_LENGTH, "The payload of PING and PONG has 8 bytes.");
    }
    return (long) NodeRecord.LONG.get(bytes, from);
  }

  private static VisionFlowFrame close(FrameHeader header, byte[] bytes, int from, int to)
      throws VisionFlowRefused {
    int length = to - from;
    if (length < CODE_BYTES || length > CODE_BYTES + MAX_REASON) {
      throw new VisionFlowRefused(
          VisionFlowCode.INVALID_LENGTH, "CLOSE has a code and at most 123 bytes of reason.");
    }
    String reason = text(bytes, from + CODE_BYTES, to);
    return new VisionFlowFrame.Close(header, unsigned(bytes, from), reason);
  }

  private static int unsigned(byte[] bytes, int at) {
    return (short) NodeRecord.SHORT.get(bytes, at) & 0xFFFF;
  }

  private JsonPayload object(byte[] bytes, int from, int to) throws VisionFlowRefused {
    text(bytes, from, to);
    JsonPayload payload = JsonPayload.parse(Arrays.copyOfRange(bytes, from, to), json);
    if (payload == null || payload.bytes()[0] != '{') {
      throw new VisionFlowRefused(
          VisionFlowCode.INVALID_JSON,
          "The payload is not one JSON object, or breaks a limit on it.");
    }
    return payload;
  }

  private static String text(byte[] bytes, int from, int to) throws VisionFlowRefused {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from)).toString();
    } catch (CharacterCodingException e) {
      throw new VisionFlowRefused(VisionFlowCode.INVALID_ENCODING, "The text is not UTF-8.");
    }
  }
}
