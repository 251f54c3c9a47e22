package io.sluice.gateway.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.model.Limits;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A decoder with its sink, its memory and its clock. Closing it proves that no memory is lost. */
final class Line implements AutoCloseable {
  final CountingAllocator allocator = new CountingAllocator();
  final Recorder recorder = new Recorder();
  final FrameDecoder decoder;
  long nanos = -3;

  private final @Nullable MessageInflater inflater;

  Line(Limits.Socket limits, boolean deflate) {
    inflater = deflate ? new MessageInflater(allocator, limits.streamsPerMessage()) : null;
    decoder = new FrameDecoder(limits, allocator, inflater);
  }

  /** The usual limits but for those that bound what comes in. */
  static Limits.Socket limits(
      int messageBytes, int framesPerMessage, Duration unfinishedMessage, int controlFrames) {
    Limits.Socket usual = Limits.Socket.DEFAULTS;
    return new Limits.Socket(
        messageBytes,
        framesPerMessage,
        usual.streamsPerMessage(),
        unfinishedMessage,
        controlFrames,
        usual.controlBytes(),
        usual.restBytes(),
        usual.heldBytes(),
        usual.closeTimeout());
  }

  static Line plain() {
    return new Line(Limits.Socket.DEFAULTS, false);
  }

  static Line deflating() {
    return new Line(Limits.Socket.DEFAULTS, true);
  }

  Line feed(ClientFrames frames) {
    return feed(frames.bytes());
  }

  Line feed(byte[] bytes) {
    return feed(bytes, Math.max(1, bytes.length));
  }

  /** Feeds in pieces of {@code size} bytes. */
  Line feed(byte[] bytes, int size) {
    ByteBuf in = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(bytes.length).put(0, bytes));
    in.writerIndex(0);
    while (in.writerIndex() < bytes.length) {
      in.writerIndex(Math.min(bytes.length, in.writerIndex() + size));
      decoder.feed(in, nanos, recorder);
      assertThat(in.isReadable()).as("bytes left unread").isFalse();
    }
    assertThat(in.refCnt()).isOne();
    in.release();
    return this;
  }

  List<String> calls() {
    return recorder.calls;
  }

  @Override
  public void close() {
    decoder.stop();
    if (inflater != null) {
      inflater.close();
    }
    assertThat(allocator.live()).as("bytes not given back").isZero();
  }
}
