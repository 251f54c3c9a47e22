package io.sluice.protocol.visionflow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import io.sluice.protocol.json.JsonPayload;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.json.JsonMapper;

/** Runs the binary part of {@code vectors/visionflow.json}, which JavaScript runs too. */
final class VisionFlowVectorsTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final NodeReader nodes = new NodeReader(Vectors.LIMITS);
  private final FrameReader frames = new FrameReader(Vectors.LIMITS, Vectors.JSON);
  private final NodeBatch into = new NodeBatch(Vectors.LIMITS.nodes());

  /** Something that reads a message out of an array and out of memory that is none. */
  private interface Reading {
    Object read(byte[] bytes, int from, int to) throws VisionFlowRefused;

    Object read(ByteBuf message) throws VisionFlowRefused;
  }

  private final class Nodes implements Reading {
    private final NodeForm form;

    Nodes(NodeForm form) {
      this.form = form;
    }

    @Override
    public Object read(byte[] bytes, int from, int to) throws VisionFlowRefused {
      if (form == NodeForm.RAW) {
        nodes.raw(bytes, from, to, into);
      } else {
        nodes.v2(bytes, from, to, into);
      }
      return into;
    }

    @Override
    public Object read(ByteBuf message) throws VisionFlowRefused {
      if (form == NodeForm.RAW) {
        nodes.raw(message, into);
      } else {
        nodes.v2(message, into);
      }
      return into;
    }
  }

  private final class Frames implements Reading {
    @Override
    public Object read(byte[] bytes, int from, int to) throws VisionFlowRefused {
      return frames.read(bytes, from, to, into);
    }

    @Override
    public Object read(ByteBuf message) throws VisionFlowRefused {
      return frames.read(message, into);
    }
  }

  private Reading reading(String part) {
    return switch (part) {
      case "raw" -> new Nodes(NodeForm.RAW);
      case "v2" -> new Nodes(NodeForm.V2);
      default -> new Frames();
    };
  }

  private static Stream<DynamicTest> each(String kind, List<String> parts, Check check) {
    return parts.stream()
        .flatMap(
            part ->
                Vectors.of(part, kind).stream()
                    .map(
                        vector ->
                            DynamicTest.dynamicTest(
                                part + ": " + Vectors.name(vector),
                                () -> check.run(part, vector))));
  }

  private interface Check {
    void run(String part, Map<String, Object> vector) throws Exception;
  }

  @TestFactory
  Stream<DynamicTest> bytesMeanTheseNodesAndTheseNodesAreThoseBytes() {
    return each(
        "good",
        List.of("raw", "v2"),
        (part, vector) -> {
          NodeForm form = part.equals("raw") ? NodeForm.RAW : NodeForm.V2;
          NodeBatch batch = Vectors.nodes(vector);
          readEverywhere(part, vector, read -> assertThat(Rows.of(into)).isEqualTo(Rows.of(batch)));
          byte[] written = new byte[3 + form.size(batch.size())];
          assertThat(form.write(batch, 0, written, 3)).isEqualTo(written.length);
          assertThat(Arrays.copyOfRange(written, 3, written.length))
              .isEqualTo(Vectors.bytes(vector));
        });
  }

  /** In the middle of an array, in a buffer on the heap, and in one that is not. */
  private void readEverywhere(String part, Map<String, Object> vector, Consumer<Object> check)
      throws VisionFlowRefused {
    Reading reading = reading(part);
    byte[] bytes = Vectors.bytes(vector);
    byte[] wide = new byte[bytes.length + 10];
    System.arraycopy(bytes, 0, wide, 7, bytes.length);
    check.accept(reading.read(wide, 7, 7 + bytes.length));
    check.accept(reading.read(Unpooled.wrappedBuffer(wide, 7, bytes.length)));
    ByteBuf direct = Unpooled.directBuffer().writeBytes(wide).skipBytes(7);
    try {
      check.accept(reading.read(direct.writerIndex(7 + bytes.length)));
      assertThat(direct.readerIndex()).isEqualTo(7);
    } finally {
      direct.release();
    }
  }

  @TestFactory
  Stream<DynamicTest> badBytesAreRefusedWithThisCodeAndLeaveNothingBehind() {
    return each(
        "refused",
        List.of("raw", "v2", "frames"),
        (part, vector) -> {
          byte[] bytes = Vectors.bytes(vector);
          Reading reading = reading(part);
          into.add(9, NodeKind.PLAIN);
          assertCode(() -> reading.read(bytes, 0, bytes.length), vector);
          assertThat(into.size()).isZero();
          ByteBuf direct = Unpooled.directBuffer().writeBytes(bytes);
          into.add(9, NodeKind.PLAIN);
          try {
            assertCode(() -> reading.read(direct), vector);
            assertThat(into.size()).isZero();
          } finally {
            direct.release();
          }
        });
  }

  private interface Refusing {
    void run() throws VisionFlowRefused;
  }

  private static void assertCode(Refusing refusing, Map<String, Object> vector) {
    VisionFlowRefused refused = catchThrowableOfType(VisionFlowRefused.class, refusing::run);
    assertThat(refused).as("refused").isNotNull();
    assertThat(refused.fault().code().text()).isEqualTo(vector.get("code"));
    assertThat(refused.fault().message()).isNotBlank();
    String details = refused.fault().details();
    if (details != null) {
      assertThat(JsonPayload.parse(details.getBytes(UTF_8), Vectors.JSON)).isNotNull();
    }
  }

  @TestFactory
  Stream<DynamicTest> nodesThatCannotBeSaidAreRefusedWithThisCode() {
    return each(
        "unwritable",
        List.of("raw", "v2"),
        (part, vector) -> {
          NodeForm form = part.equals("raw") ? NodeForm.RAW : NodeForm.V2;
          NodeBatch batch = Vectors.nodes(vector);
          byte[] room = new byte[form.size(batch.size())];
          int[] last = {batch.size() - 1};
          assertCode(() -> form.write(batch, 0, room, 0), vector);
          assertCode(() -> form.write(batch, last, 1, 0, room, 0), vector);
        });
  }

  @TestFactory
  Stream<DynamicTest> framesMeanThisAndThisIsThoseFrames() {
    return each(
        "good",
        List.of("frames"),
        (part, vector) -> {
          readEverywhere(part, vector, frame -> assertFrame((VisionFlowFrame) frame, vector));
          if (isAsWritten(vector)) {
            assertThat(write(vector)).isEqualTo(Vectors.bytes(vector));
          }
        });
  }

  private void assertFrame(VisionFlowFrame frame, Map<String, Object> vector) {
    FrameHeader header = frame.header();
    assertThat(header.type().name()).isEqualTo(vector.get("type"));
    assertThat(header.gzip()).isEqualTo(vector.get("gzip"));
    assertThat(3 - header.priority().ordinal()).isEqualTo(vector.get("priority"));
    assertThat(Long.toUnsignedString(header.timestamp())).isEqualTo(vector.get("timestamp"));
    byte[] rewritten = Vectors.bytes(vector);
    Arrays.fill(rewritten, 0, FrameHeader.SIZE, (byte) 9);
    header.write(rewritten, 0);
    assertThat(rewritten).isEqualTo(Vectors.bytes(vector));
    switch (frame) {
      case VisionFlowFrame.NodeUpdate(var head, NodeBatch batch) ->
          assertThat(Rows.of(batch)).isEqualTo(Rows.of(Vectors.nodes(vector)));
      case VisionFlowFrame.SsspUpdate(var head, NodeBatch batch) ->
          assertThat(Rows.of(batch)).isEqualTo(Rows.of(Vectors.nodes(vector)));
      case VisionFlowFrame.VoiceFrame(var head, int speaker, int sequence, byte[] opus) ->
          assertThat(List.of(speaker, sequence, HexFormat.of().formatHex(opus)))
              .isEqualTo(
                  List.of(vector.get("speaker"), vector.get("sequence"), vector.get("opus")));
      case VisionFlowFrame.SettingsUpdate(var head, JsonPayload json) -> assertJson(json, vector);
      case VisionFlowFrame.AgentStatus(var head, JsonPayload json) -> assertJson(json, vector);
      case VisionFlowFrame.Failed(var head, JsonPayload json) -> assertJson(json, vector);
      case VisionFlowFrame.Ping(var head, long value) -> assertValue(value, vector);
      case VisionFlowFrame.Pong(var head, long value) -> assertValue(value, vector);
      case VisionFlowFrame.Close(var head, int code, String reason) ->
          assertThat(List.of(code, reason))
              .isEqualTo(List.of(vector.get("code"), vector.get("reason")));
    }
  }

  private static void assertJson(JsonPayload json, Map<String, Object> vector) {
    assertThat(JSON.readTree(json.bytes())).isEqualTo(JSON.readTree((String) vector.get("json")));
  }

  private static void assertValue(long value, Map<String, Object> vector) {
    assertThat(Long.toUnsignedString(value)).isEqualTo(vector.get("value"));
  }

  /** Whether we would write it so: not compressed, and with the priority of its type. */
  private static boolean isAsWritten(Map<String, Object> vector) {
    FrameType type = FrameType.valueOf((String) vector.get("type"));
    return vector.get("gzip").equals(false)
        && vector.get("priority").equals(3 - type.priority().ordinal());
  }

  private static byte[] write(Map<String, Object> vector) throws VisionFlowRefused {
    FrameType type = FrameType.valueOf((String) vector.get("type"));
    long time = Long.parseUnsignedLong((String) vector.get("timestamp"));
    return switch (type) {
      case NODE_UPDATE -> {
        NodeBatch batch = Vectors.nodes(vector);
        byte[] frame = new byte[NodeForm.FRAMED.size(batch.size())];
        assertThat(NodeForm.FRAMED.write(batch, time, frame, 0)).isEqualTo(frame.length);
        yield frame;
      }
      case SSSP_UPDATE -> {
        NodeBatch batch = Vectors.nodes(vector);
        byte[] frame = new byte[FrameWriter.ssspSize(batch.size())];
        assertThat(FrameWriter.sssp(batch, time, frame, 0)).isEqualTo(frame.length);
        yield frame;
      }
      case VOICE_FRAME -> {
        byte[] opus = HexFormat.of().parseHex((String) vector.get("opus"));
        int sequence = Vectors.whole(vector.get("sequence"));
        yield FrameWriter.voice(Vectors.whole(vector.get("speaker")), sequence, opus, time);
      }
      case SETTINGS_UPDATE, AGENT_STATUS, ERROR ->
          FrameWriter.json(type, ((String) vector.get("json")).getBytes(UTF_8), time);
      case PING -> FrameWriter.ping(Long.parseUnsignedLong((String) vector.get("value")), time);
      case PONG -> FrameWriter.pong(Long.parseUnsignedLong((String) vector.get("value")), time);
      case CLOSE ->
          FrameWriter.close(Vectors.whole(vector.get("code")), (String) vector.get("reason"), time);
    };
  }
}
