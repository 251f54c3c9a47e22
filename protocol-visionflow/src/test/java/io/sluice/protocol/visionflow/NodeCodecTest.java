package io.sluice.protocol.visionflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import io.sluice.model.VisionFlowLimits;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class NodeCodecTest {
  private static final int MOST = Vectors.LIMITS.nodes();

  private final NodeReader reader = new NodeReader(Vectors.LIMITS);
  private final FrameReader frames = new FrameReader(Vectors.LIMITS, Vectors.JSON);
  private final NodeBatch into = new NodeBatch(MOST);

  private void read(NodeForm form, byte[] bytes, int to) throws VisionFlowRefused {
    switch (form) {
      case RAW -> reader.raw(bytes, 0, to, into);
      case V2 -> reader.v2(bytes, 0, to, into);
      case FRAMED -> frames.read(bytes, 0, to, into);
    }
  }

  private void read(NodeForm form, ByteBuf message) throws VisionFlowRefused {
    switch (form) {
      case RAW -> reader.raw(message, into);
      case V2 -> reader.v2(message, into);
      case FRAMED -> frames.read(message, into);
    }
  }

  private static byte[] write(NodeForm form, NodeBatch batch) throws VisionFlowRefused {
    byte[] bytes = new byte[form.size(batch.size())];
    assertThat(form.write(batch, 1, bytes, 0)).isEqualTo(bytes.length);
    return bytes;
  }

  private VisionFlowCode codeOf(NodeForm form, byte[] bytes) {
    VisionFlowRefused refused =
        catchThrowableOfType(VisionFlowRefused.class, () -> read(form, bytes, bytes.length));
    return refused.fault().code();
  }

  @ParameterizedTest
  @EnumSource(NodeForm.class)
  void whateverIsWrittenIsReadBitForBitAndWrittenAgainToTheSameBytes(NodeForm form)
      throws Exception {
    long seed = Long.getLong("sluice.seed", System.nanoTime());
    System.out.println("-Dsluice.seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 300; round++) {
      NodeBatch batch = Rows.random(random, random.nextInt(700), form.maxId());
      byte[] bytes = write(form, batch);
      read(form, bytes, bytes.length);
      assertThat(Rows.of(into)).as("seed %d round %d", seed, round).isEqualTo(Rows.of(batch));
      assertThat(write(form, into)).isEqualTo(bytes);
      ByteBuf direct = Unpooled.directBuffer().writeBytes(bytes);
      try {
        read(form, direct);
      } finally {
        direct.release();
      }
      assertThat(Rows.of(into)).as("seed %d round %d", seed, round).isEqualTo(Rows.of(batch));
    }
  }

  @ParameterizedTest
  @EnumSource(NodeForm.class)
  void rowsThatAreNamedAreWrittenInTheOrderTheyAreNamedInAndNoOthers(NodeForm form)
      throws Exception {
    NodeBatch batch = Rows.random(new SplittableRandom(5), 50, form.maxId());
    int[] rows = {49, 0, 7, 8, 30, 1, 2};
    byte[] bytes = new byte[form.size(5) + 1];
    bytes[bytes.length - 1] = 77;
    assertThat(form.write(batch, rows, 5, 9, bytes, 0)).isEqualTo(bytes.length - 1);
    assertThat(bytes[bytes.length - 1]).isEqualTo((byte) 77);
    read(form, bytes, bytes.length - 1);
    assertThat(Rows.of(into))
        .isEqualTo(IntStream.of(49, 0, 7, 8, 30).mapToObj(row -> Rows.of(batch, row)).toList());
  }

  @Test
  void shortestWaysOfNamedRowsAreWritten() throws Exception {
    NodeBatch batch = Rows.random(new SplittableRandom(6), 9, RawNodes.MAX_ID);
    byte[] bytes = new byte[FrameWriter.ssspSize(2)];
    assertThat(FrameWriter.sssp(batch, new int[] {8, 3, 1}, 2, 9, bytes, 0))
        .isEqualTo(bytes.length);
    assertThat(frames.read(bytes, 0, bytes.length, into))
        .isInstanceOf(VisionFlowFrame.SsspUpdate.class);
    assertThat(into.ids()).startsWith(batch.ids()[8], batch.ids()[3]);
    assertThat(into.distances()).startsWith(batch.distances()[8], batch.distances()[3]);
    assertThat(into.parents()).startsWith(batch.parents()[8], batch.parents()[3]);
  }

  @Test
  void whatStoodInTheBatchBeforeDoesNotShowThroughShortestWays() throws Exception {
    NodeBatch batch = Rows.random(new SplittableRandom(7), 3, RawNodes.MAX_ID);
    read(NodeForm.RAW, write(NodeForm.RAW, batch), 3 * RawNodes.WIDTH);
    byte[] bytes = new byte[FrameWriter.ssspSize(3)];
    FrameWriter.sssp(batch, 0, bytes, 0);
    frames.read(bytes, 0, bytes.length, into);
    for (float[] column : List.of(into.x(), into.y(), into.z(), into.vx(), into.vy(), into.vz())) {
      assertThat(column).startsWith(0f, 0f, 0f);
    }
  }

  @ParameterizedTest
  @EnumSource(NodeForm.class)
  void everyLengthButAWholeNumberOfRecordsIsRefused(NodeForm form) throws Exception {
    byte[] bytes = write(form, Rows.random(new SplittableRandom(8), 4, form.maxId()));
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      boolean whole =
          switch (form) {
            case RAW -> length % RawNodes.WIDTH == 0;
            case V2 -> length % V2Nodes.WIDTH == 1;
            case FRAMED -> false;
          };
      if (whole) {
        read(form, cut, length);
      } else {
        assertThat(codeOf(form, cut))
            .as("%d bytes", length)
            .isEqualTo(VisionFlowCode.INVALID_LENGTH);
      }
    }
  }

  @Test
  @Timeout(20)
  void aHundredThousandNodesAreReadAndOneMoreIsRefused() throws Exception {
    NodeBatch batch = new NodeBatch(MOST + 1);
    for (int id = 0; id < MOST; id++) {
      batch.add(id, NodeKind.PLAIN);
    }
    byte[] bytes = write(NodeForm.V2, batch);
    read(NodeForm.V2, bytes, bytes.length);
    assertThat(into.size()).isEqualTo(MOST);
    batch.add(MOST, NodeKind.PLAIN);
    assertThat(codeOf(NodeForm.V2, write(NodeForm.V2, batch)))
        .isEqualTo(VisionFlowCode.TOO_MANY_NODES);
    assertThat(into.size()).isZero();
    assertThat(codeOf(NodeForm.RAW, new byte[(MOST + 1) * RawNodes.WIDTH]))
        .isEqualTo(VisionFlowCode.TOO_MANY_NODES);
  }

  @Test
  void aBatchThatTakesLessThanTheLimitIsNoBug() {
    NodeBatch small = new NodeBatch(1);
    assertThatThrownBy(() -> reader.raw(new byte[2 * RawNodes.WIDTH], 0, 68, small))
        .isInstanceOfSatisfying(
            VisionFlowRefused.class,
            refused -> {
              assertThat(refused.fault().code()).isEqualTo(VisionFlowCode.TOO_MANY_NODES);
              assertThat(refused.fault().details()).isEqualTo("{\"size\":2,\"max\":1}");
            });
  }

  @Test
  @Timeout(20)
  void aNodeThatComesTwiceIsNoticedHoweverFarApart() throws Exception {
    NodeBatch batch = new NodeBatch(MOST);
    for (int id = 0; id < MOST; id++) {
      batch.add(id * 10_000, NodeKind.PLAIN);
    }
    batch.ids()[MOST - 1] = 0;
    assertThat(codeOf(NodeForm.V2, write(NodeForm.V2, batch)))
        .isEqualTo(VisionFlowCode.DUPLICATE_ID);
  }

  @Test
  void theSameNodesInTheNextMessageAreNotTwice() throws Exception {
    SeenIds seen = new SeenIds();
    for (int message = 0; message < 5; message++) {
      if (message == 2) {
        seen.wearOut();
      }
      seen.begin(100);
      for (int id = 0; id < 100; id++) {
        assertThat(seen.add(id)).isTrue();
      }
      assertThat(seen.add(50)).isFalse();
    }
  }

  @Test
  void onlyNumbersOfFourteenBitsFitIntoARawRecord() {
    NodeBatch batch = new NodeBatch(1);
    batch.add(0, NodeKind.AGENT);
    byte[] room = new byte[NodeForm.FRAMED.size(1)];
    for (int id : new int[] {16_384, 0x5432, 0x8000, 0x10000, NodeBatch.MAX_ID, -1}) {
      batch.ids()[0] = id;
      for (NodeForm form : List.of(NodeForm.RAW, NodeForm.FRAMED)) {
        assertThatThrownBy(() -> form.write(batch, 0, room, 0))
            .isInstanceOfSatisfying(
                VisionFlowRefused.class,
                refused ->
                    assertThat(refused.fault().code()).isEqualTo(VisionFlowCode.ID_OUT_OF_RANGE));
      }
    }
    batch.ids()[0] = 1 << 30;
    assertThatThrownBy(() -> V2Nodes.write(batch, room, 0)).isInstanceOf(VisionFlowRefused.class);
    batch.ids()[0] = RawNodes.MAX_ID;
    assertThatCode(() -> RawNodes.write(batch, room, 0)).doesNotThrowAnyException();
  }

  @Test
  void aMessageInSeveralPiecesOfMemoryIsRead() throws Exception {
    NodeBatch batch = Rows.random(new SplittableRandom(12), 300, RawNodes.MAX_ID);
    byte[] bytes = write(NodeForm.RAW, batch);
    CompositeByteBuf pieces = Unpooled.compositeBuffer();
    for (int from = 0; from < bytes.length; from += 1_000) {
      byte[] piece = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + 1_000));
      pieces.addComponent(true, Unpooled.directBuffer().writeBytes(piece));
    }
    try {
      reader.raw(pieces, into);
    } finally {
      pieces.release();
    }
    assertThat(Rows.of(into)).isEqualTo(Rows.of(batch));
  }

  @Test
  void theLimitOfNodesIsTheSettings() {
    NodeReader strict = new NodeReader(new VisionFlowLimits(1, 1 << 20, 100));
    assertThatCode(() -> strict.raw(new byte[RawNodes.WIDTH], 0, RawNodes.WIDTH, into))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> strict.raw(new byte[2 * RawNodes.WIDTH], 0, 68, into))
        .isInstanceOf(VisionFlowRefused.class);
  }

  @Test
  void formsAreChosenByTheirSubprotocols() {
    for (NodeForm form : List.of(NodeForm.V2, NodeForm.FRAMED)) {
      assertThat(NodeForm.of(form.subprotocol())).isEqualTo(form);
    }
    assertThat(NodeForm.RAW.subprotocol()).isNull();
    assertThat(NodeForm.of("visionflow.v3")).isNull();
  }

  @ParameterizedTest
  @EnumSource(NodeForm.class)
  void nothingIsAllocatedPerNode(NodeForm form) throws Exception {
    // A frame's header is an object, and what the reader gives back around it, and Netty's own.
    long perMessage = form == NodeForm.FRAMED ? 128 : 0;
    assertThat(allocated(form, 10_000)).isLessThanOrEqualTo(perMessage);
  }

  /** The least that writing and reading allocated, of many times. */
  private long allocated(NodeForm form, int count) throws VisionFlowRefused {
    NodeBatch batch = Rows.random(new SplittableRandom(10), count, form.maxId());
    byte[] bytes = new byte[form.size(count)];
    // Who watches for leaks allocates.
    ByteBuf direct = new UnpooledByteBufAllocator(true, true).directBuffer(bytes.length);
    int[] all = IntStream.range(0, count).toArray();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    try {
      for (int i = 0; i < 50; i++) {
        direct.clear();
        long before = threads.getCurrentThreadAllocatedBytes();
        form.write(batch, i, bytes, 0);
        form.write(batch, all, count, i, bytes, 0);
        direct.writeBytes(bytes);
        read(form, direct);
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        assertThat(into.size()).isEqualTo(count);
      }
    } finally {
      direct.release();
    }
    return least;
  }
}
