package io.sluice.gateway.websocket;

import static io.sluice.gateway.websocket.ClientFrames.FIN;
import static io.sluice.gateway.websocket.ClientFrames.TEXT;
import static io.sluice.gateway.websocket.ClientFrames.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.sluice.model.Limits;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a caller relies on besides the rules: pausing, stopping, copies and memory. */
final class FrameDecoderTest {
  private static final int SHORT_HEADER = 6;

  @Test
  void aWholeFrameIsHandedOverWhereItLies() {
    byte[] bytes = new ClientFrames().text("Hello").bytes();
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    decoder()
        .feed(
            in,
            0,
            sink(
                message -> {
                  assertThat(message.array()).isSameAs(bytes);
                  assertThat(message.arrayOffset() + message.readerIndex()).isEqualTo(SHORT_HEADER);
                }));
    assertThat(Arrays.copyOfRange(bytes, SHORT_HEADER, bytes.length)).isEqualTo(utf8("Hello"));
  }

  @Test
  void aPauseLeavesTheRestUnreadAndMasked() {
    byte[] first = new ClientFrames().text("first").bytes();
    byte[] second = new ClientFrames().text("second").bytes();
    ByteBuf in = Unpooled.buffer().writeBytes(first).writeBytes(second);
    Recorder recorder = new Recorder();
    FrameDecoder decoder = decoder();
    recorder.afterEach = decoder::pause;
    decoder.feed(in, 0, recorder);
    assertThat(recorder.calls).containsExactly("text first");
    assertThat(in).isEqualTo(Unpooled.wrappedBuffer(second));
    decoder.feed(in, 0, recorder);
    assertThat(recorder.calls).containsExactly("text first", "text second");
    assertThat(in.isReadable()).isFalse();
  }

  @Test
  void aStopInADeliveryIsTheEnd() {
    try (Line line = Line.plain()) {
      line.recorder.afterEach = line.decoder::stop;
      line.feed(new ClientFrames().frame(TEXT, utf8("a")).frame(FIN, utf8("b")).text("c"));
      line.feed(new ClientFrames().frame(FIN, utf8("a lone continuation")));
      assertThat(line.calls()).containsExactly("text ab");
    }
  }

  @Test
  void aStopGivesBackUnfinishedFramesAndMayBeRepeated() {
    try (Line line = Line.plain()) {
      line.feed(new ClientFrames().frame(TEXT, utf8("a")).header(0x89, 0, 5, true).mask(1));
      line.feed(new byte[] {1, 2});
      assertThat(line.allocator.live()).isPositive();
      line.decoder.stop();
      line.decoder.stop();
      assertThat(line.allocator.live()).isZero();
      assertThat(line.decoder.heldBytes()).isZero();
      assertThat(line.decoder.overdue(Long.MAX_VALUE)).isFalse();
    }
  }

  @Test
  void aSinkThatThrowsLosesNoMemoryAndTheNextMessageIsHeard() {
    try (Line line = Line.deflating()) {
      line.recorder.afterEach =
          () -> {
            throw new IllegalStateException("a bug");
          };
      byte[] bytes = new ClientFrames().frame(TEXT, utf8("a")).frame(FIN, utf8("b")).bytes();
      assertThatThrownBy(() -> line.feed(bytes)).hasMessage("a bug");
      assertThat(line.decoder.heldBytes()).isZero();
      byte[] deflated = new ClientFrames().deflated(TEXT, utf8("deflated")).bytes();
      assertThatThrownBy(() -> line.feed(deflated)).hasMessage("a bug");
      line.recorder.afterEach = () -> {};
      line.feed(new ClientFrames().text("c").deflated(TEXT, utf8("d")));
      assertThat(line.calls()).containsExactly("text ab", "text deflated", "text c", "text d");
    }
  }

  @Test
  void pooledBuffersGoBackToTheirPool() {
    ByteBuf in = PooledByteBufAllocator.DEFAULT.directBuffer();
    MessageInflater inflater = new MessageInflater(PooledByteBufAllocator.DEFAULT, 16);
    FrameDecoder decoder =
        new FrameDecoder(Limits.Socket.DEFAULTS, PooledByteBufAllocator.DEFAULT, inflater);
    ByteBuf[] seen = new ByteBuf[3];
    FrameSink sink = sink(message -> seen[message.readableBytes()] = message);
    ClientFrames frames = new ClientFrames().frame(TEXT, utf8("a")).frame(FIN, utf8("b"));
    decoder.feed(in.writeBytes(frames.bytes()), 0, sink);
    assertThat(seen[2].refCnt()).isZero();
    decoder.feed(in.writeBytes(new ClientFrames().deflated(TEXT, utf8("c")).bytes()), 0, sink);
    assertThat(in.release()).isTrue();
    inflater.close();
    assertThat(seen[1].refCnt()).isZero();
  }

  @Test
  void anIdleConnectionTakesAboutAHundredBytes() {
    assertThat(bytes(FrameDecoder.class) + bytes(FrameHeader.class)).isLessThanOrEqualTo(128);
  }

  /** Bytes of one object as a 64-bit JVM with compressed references lays it out, rounded up. */
  private static int bytes(Class<?> type) {
    int sum = 12;
    for (Field field : type.getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers())) {
        Class<?> of = field.getType();
        sum += of == long.class ? 8 : of == boolean.class || of == byte.class ? 1 : 4;
      }
    }
    return (sum + 7) / 8 * 8;
  }

  private static FrameDecoder decoder() {
    return new FrameDecoder(Limits.Socket.DEFAULTS, new CountingAllocator(), null);
  }

  private static FrameSink sink(Consumer<ByteBuf> onText) {
    return new FrameSink() {
      @Override
      public void text(ByteBuf message) {
        onText.accept(message);
      }

      @Override
      public void binary(ByteBuf message) {}

      @Override
      public void ping(ByteBuf payload) {}

      @Override
      public void pong(ByteBuf payload) {}

      @Override
      public void close(int code, String reason) {}

      @Override
      public void broken(Violation violation) {}
    };
  }
}
