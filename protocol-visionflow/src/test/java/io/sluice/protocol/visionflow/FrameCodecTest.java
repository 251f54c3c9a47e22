package io.sluice.protocol.visionflow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.model.NodeBatch;
import io.sluice.model.VisionFlowLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class FrameCodecTest {
  private static final int ROUNDS = 20_000;

  private final FrameReader reader = new FrameReader(Vectors.LIMITS, Vectors.JSON);
  private final NodeReader nodes = new NodeReader(Vectors.LIMITS);
  private final NodeBatch into = new NodeBatch(Vectors.LIMITS.nodes());

  /** Reads it out of memory that is no array too; null if it is good. */
  private VisionFlowCode code(byte[] bytes) {
    VisionFlowCode first = codeOf(() -> reader.read(bytes, 0, bytes.length, into));
    ByteBuf direct = Unpooled.directBuffer(Math.max(1, bytes.length)).writeBytes(bytes);
    try {
      assertThat(codeOf(() -> reader.read(direct, into))).isEqualTo(first);
    } finally {
      direct.release();
    }
    return first;
  }

  private interface Reading {
    void run() throws VisionFlowRefused;
  }

  /** Anything else that is thrown is a bug, and gets through. */
  private VisionFlowCode codeOf(Reading reading) {
    try {
      reading.run();
      return null;
    } catch (VisionFlowRefused e) {
      assertThat(into.size()).isZero();
      return e.fault().code();
    }
  }

  private static byte[] framed(FrameType type, boolean gzip, byte[] payload) {
    byte[] frame = new byte[FrameHeader.SIZE + payload.length];
    new FrameHeader(type, gzip, type.priority(), payload.length, 5).write(frame, 0);
    System.arraycopy(payload, 0, frame, FrameHeader.SIZE, payload.length);
    return frame;
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  @TestFactory
  Stream<DynamicTest> everyTruncationOfEveryVectorIsRefused() {
    return Vectors.of("frames", "good").stream()
        .map(
            vector ->
                DynamicTest.dynamicTest(
                    Vectors.name(vector), () -> assertTruncationsRefused(vector)));
  }

  private void assertTruncationsRefused(Map<String, Object> vector) {
    byte[] bytes = Vectors.bytes(vector);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThat(code(cut)).as("%d bytes", length).isEqualTo(VisionFlowCode.INVALID_LENGTH);
      if (length >= FrameHeader.SIZE) {
        // Though the header announces no more than there is.
        NodeRecord.INT.set(cut, 4, length - FrameHeader.SIZE);
        assertThat(code(cut)).as("%d bytes, announced", length).isIn(mayBeSaid(vector));
      }
    }
  }

  /** What a shorter payload can be: of records, voice and reasons a shorter one may be good. */
  private static Object[] mayBeSaid(Map<String, Object> vector) {
    if (vector.get("gzip").equals(true)) {
      return new Object[] {VisionFlowCode.INVALID_GZIP};
    }
    return switch (FrameType.valueOf((String) vector.get("type"))) {
      case NODE_UPDATE, SSSP_UPDATE, VOICE_FRAME ->
          new Object[] {VisionFlowCode.INVALID_LENGTH, null};
      case SETTINGS_UPDATE, AGENT_STATUS, ERROR ->
          new Object[] {VisionFlowCode.INVALID_JSON, VisionFlowCode.INVALID_ENCODING};
      case PING, PONG -> new Object[] {VisionFlowCode.INVALID_LENGTH};
      case CLOSE ->
          new Object[] {VisionFlowCode.INVALID_LENGTH, VisionFlowCode.INVALID_ENCODING, null};
    };
  }

  @Test
  void everyTypeByteIsOneOfOursOrRefused() {
    int known = 0;
    for (int type = 0; type < 256; type++) {
      byte[] frame = framed(FrameType.NODE_UPDATE, false, new byte[0]);
      frame[0] = (byte) type;
      FrameType ours = FrameType.of((byte) type);
      if (ours == null) {
        assertThat(code(frame)).isEqualTo(VisionFlowCode.UNKNOWN_TYPE);
      } else {
        known++;
        assertThat(ours.code()).isEqualTo(type);
        assertThat(code(frame)).isNotEqualTo(VisionFlowCode.UNKNOWN_TYPE);
      }
    }
    assertThat(known).isEqualTo(FrameType.values().length).isEqualTo(9);
  }

  @Test
  void everyByteOfFlagsHasAMeaningOrIsRefused() {
    for (int flags = 0; flags < 256; flags++) {
      byte[] frame = FrameWriter.ping(1, 2);
      frame[1] = (byte) flags;
      VisionFlowCode expected =
          flags > 7 ? VisionFlowCode.INVALID_HEADER : VisionFlowCode.INVALID_GZIP;
      assertThat(code(frame)).isEqualTo(flags < 8 && (flags & 1) == 0 ? null : expected);
    }
  }

  @Test
  void randomBytesAreReadOrRefusedAndNothingElse() {
    long seed = Long.getLong("sluice.seed", System.nanoTime());
    System.out.println("-Dsluice.seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = new byte[random.nextInt(120)];
      random.nextBytes(bytes);
      if (bytes.length >= FrameHeader.SIZE && random.nextInt(4) != 0) {
        FrameType[] types = FrameType.values();
        bytes[0] = (byte) types[random.nextInt(types.length)].code();
        bytes[1] &= 7;
        NodeRecord.SHORT.set(bytes, 2, (short) 0);
        NodeRecord.INT.set(bytes, 4, bytes.length - FrameHeader.SIZE);
      }
      code(bytes);
      codeOf(() -> nodes.raw(bytes, 0, bytes.length, into));
      codeOf(() -> nodes.v2(bytes, 0, bytes.length, into));
    }
  }

  @Test
  void goodFramesWithAFewWrongBytesAreReadOrRefusedAndNothingElse() {
    long seed = Long.getLong("sluice.seed", System.nanoTime());
    System.out.println("-Dsluice.seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    var vectors = Vectors.of("frames", "good");
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = Vectors.bytes(vectors.get(random.nextInt(vectors.size())));
      for (int wrong = random.nextInt(4); wrong >= 0; wrong--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      code(bytes);
    }
  }

  @Test
  void aPayloadMayInflateToTheBoundAndNotAByteBeyond() throws Exception {
    VisionFlowLimits limits = new VisionFlowLimits(1_000, 10_200, 1_000);
    FrameReader strict = new FrameReader(limits, Vectors.JSON);
    byte[] fits = "{\"a\":\"%s\"}".formatted("x".repeat(10_192)).getBytes(UTF_8);
    byte[] good = framed(FrameType.SETTINGS_UPDATE, true, gzip(fits));
    assertThat(strict.read(good, 0, good.length, into))
        .isInstanceOfSatisfying(
            VisionFlowFrame.SettingsUpdate.class,
            frame -> assertThat(frame.json().bytes()).hasSize(10_200));
    byte[] beyond = "{\"a\":\"%s\"}".formatted("x".repeat(10_193)).getBytes(UTF_8);
    byte[] bad = framed(FrameType.SETTINGS_UPDATE, true, gzip(beyond));
    assertThatThrownBy(() -> strict.read(bad, 0, bad.length, into))
        .isInstanceOfSatisfying(
            VisionFlowRefused.class,
            refused -> {
              assertThat(refused.fault().code()).isEqualTo(VisionFlowCode.TOO_LARGE);
              assertThat(refused.fault().details()).isEqualTo("{\"max\":10200}");
            });
  }

  @Test
  void aPayloadMayInflateToSoManyTimesItsSizeOnly() throws Exception {
    VisionFlowLimits limits = new VisionFlowLimits(100_000, 1 << 20, 10);
    FrameReader strict = new FrameReader(limits, Vectors.JSON);
    byte[] free = gzip(new byte[Gunzip.FREE_BYTES / RawNodes.WIDTH * RawNodes.WIDTH]);
    byte[] small = framed(FrameType.NODE_UPDATE, true, free);
    assertThatThrownBy(() -> strict.read(small, 0, small.length, into))
        .isInstanceOfSatisfying(
            VisionFlowRefused.class,
            refused -> assertThat(refused.fault().code()).isEqualTo(VisionFlowCode.DUPLICATE_ID));
    byte[] bomb = framed(FrameType.NODE_UPDATE, true, gzip(new byte[34 * 1_000]));
    assertThatThrownBy(() -> strict.read(bomb, 0, bomb.length, into))
        .isInstanceOfSatisfying(
            VisionFlowRefused.class,
            refused -> assertThat(refused.fault().code()).isEqualTo(VisionFlowCode.TOO_LARGE));
  }

  @Test
  void allNodesThatAMessageMayBringFitIntoGzip() throws Exception {
    NodeBatch batch = Rows.random(new SplittableRandom(11), 16_000, RawNodes.MAX_ID);
    byte[] payload = new byte[RawNodes.size(batch.size())];
    RawNodes.write(batch, payload, 0);
    byte[] frame = framed(FrameType.NODE_UPDATE, true, gzip(payload));
    reader.read(frame, 0, frame.length, into);
    assertThat(Rows.of(into)).isEqualTo(Rows.of(batch));
    assertThat(RawNodes.size(Vectors.LIMITS.nodes())).isLessThan(Vectors.LIMITS.inflatedBytes());
  }

  @Test
  void whatCannotBeWrittenIsABug() {
    assertThatThrownBy(() -> FrameWriter.json(FrameType.PING, new byte[2], 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> FrameWriter.close(1000, "€".repeat(42), 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(code(FrameWriter.close(1000, "€".repeat(41), 0))).isNull();
  }

  @Test
  void everyCodeIsFoundByItsTextAndOnlyAbuseCloses() {
    for (VisionFlowCode code : VisionFlowCode.values()) {
      assertThat(VisionFlowCode.of(code.text())).isEqualTo(code);
      assertThat(code.isRecoverable()).isEqualTo(code != VisionFlowCode.ABUSE);
    }
    assertThat(VisionFlowCode.ABUSE.closeCode()).isEqualTo(4001);
    assertThat(VisionFlowCode.of("nonsense")).isNull();
  }
}
