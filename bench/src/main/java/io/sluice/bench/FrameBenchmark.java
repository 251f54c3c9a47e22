package io.sluice.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.sluice.gateway.websocket.FrameDecoder;
import io.sluice.gateway.websocket.FrameSink;
import io.sluice.gateway.websocket.Violation;
import io.sluice.model.Limits;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Owner: the benchmark's thread. The frame of one publish, decoded whole and in two pieces. Both
 * include a copy of its bytes into the buffer, because the decoder unmasks where they lie.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FrameBenchmark {
  private static final int PIECE = 100;

  private final byte[] frame = masked(Samples.publish());
  private final ByteBuf in = Unpooled.directBuffer(frame.length);
  private final FrameDecoder decoder =
      new FrameDecoder(Limits.Socket.DEFAULTS, ByteBufAllocator.DEFAULT, null);
  private final Counting sink = new Counting();

  /** A client's text frame of 126 to 65,535 bytes. */
  private static byte[] masked(byte[] message) {
    byte[] key = {0x5c, (byte) 0xa1, 0x37, (byte) 0xe2};
    ByteBuf out = Unpooled.buffer();
    out.writeByte(0x81).writeByte(0x80 | 126).writeShort(message.length).writeBytes(key);
    for (int i = 0; i < message.length; i++) {
      out.writeByte(message[i] ^ key[i & 3]);
    }
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }

  /** The frame comes in one piece. */
  @Benchmark
  public long whole() {
    in.clear().writeBytes(frame);
    decoder.feed(in, 1, sink);
    return sink.bytes;
  }

  /** The frame comes in two pieces, so that its beginning has to be kept. */
  @Benchmark
  public long inTwoPieces() {
    in.clear().writeBytes(frame, 0, PIECE);
    decoder.feed(in, 1, sink);
    in.clear().writeBytes(frame, PIECE, frame.length - PIECE);
    decoder.feed(in, 1, sink);
    return sink.bytes;
  }

  /** Owner: the benchmark's thread. Text is counted; anything else is a mistake in here. */
  private static final class Counting implements FrameSink {
    private long bytes;

    @Override
    public void text(ByteBuf message) {
      bytes += message.readableBytes();
    }

    @Override
    public void binary(ByteBuf message) {
      throw new IllegalStateException("no text");
    }

    @Override
    public void ping(ByteBuf payload) {
      throw new IllegalStateException("no text");
    }

    @Override
    public void pong(ByteBuf payload) {
      throw new IllegalStateException("no text");
    }

    @Override
    public void close(int code, String reason) {
      throw new IllegalStateException("closed " + code);
    }

    @Override
    public void broken(Violation violation) {
      throw new IllegalStateException(violation.toString());
    }
  }
}
