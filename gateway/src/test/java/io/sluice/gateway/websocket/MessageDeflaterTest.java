package io.sluice.gateway.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is deflated, what is not, and that a client can read it. */
final class MessageDeflaterTest {
  private static final int RSV1 = 0x40;

  @Test
  void aShortMessageStaysAsItIs() {
    try (MessageDeflater deflater = new MessageDeflater()) {
      byte[] payload = new byte[255];
      assertThat(deflater.frame(FrameKind.TEXT, payload))
          .isEqualTo(Frames.frame(FrameKind.TEXT, payload));
    }
  }

  @Test
  void aMessageOf256BytesIsDeflated() {
    try (MessageDeflater deflater = new MessageDeflater()) {
      byte[] frame = deflater.frame(FrameKind.BINARY, new byte[256]);
      assertThat(frame[0]).isEqualTo((byte) 0xC2);
      assertThat(frame).hasSizeLessThan(20);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {256, 1000, 65_535, 65_536, 65_537, 300_000})
  void aMessageThatDoesNotShrinkStaysAsItIs(int size) {
    byte[] noise = new byte[size];
    new Random(size).nextBytes(noise);
    try (MessageDeflater deflater = new MessageDeflater()) {
      assertThat(deflater.frame(FrameKind.BINARY, noise))
          .isEqualTo(Frames.frame(FrameKind.BINARY, noise));
      assertThat(deflater.frame(FrameKind.BINARY, new byte[size])[0] & RSV1).isNotZero();
    }
  }

  @Test
  void aControlFrameIsNeverDeflated() {
    try (MessageDeflater deflater = new MessageDeflater()) {
      assertThat(deflater.frame(FrameKind.PING, new byte[125])[0]).isEqualTo((byte) 0x89);
    }
  }

  @Test
  void aFrameDoesNotDependOnTheOnesBeforeIt() {
    byte[] payload = "the same words again and again; ".repeat(100).getBytes();
    try (MessageDeflater deflater = new MessageDeflater();
        MessageDeflater fresh = new MessageDeflater()) {
      byte[] first = deflater.frame(FrameKind.TEXT, payload);
      deflater.frame(FrameKind.TEXT, new byte[70_000]);
      assertThat(deflater.frame(FrameKind.TEXT, payload)).isEqualTo(first);
      assertThat(fresh.frame(FrameKind.TEXT, payload)).isEqualTo(first);
    }
  }

  @Test
  void everyLevelIsReadByTheInflaterWhateverItsSize() {
    CountingAllocator allocator = new CountingAllocator();
    try (MessageInflater inflater = new MessageInflater(allocator, 16)) {
      for (int level = 1; level <= 9; level++) {
        try (MessageDeflater deflater = new MessageDeflater(level)) {
          for (long seed = 0; seed < 60; seed++) {
            byte[] payload = payload(new Random(seed));
            assertThat(read(deflater.frame(FrameKind.BINARY, payload), inflater))
                .as("level %d, seed %d", level, seed)
                .isEqualTo(payload);
          }
        }
      }
    }
    assertThat(allocator.live()).isZero();
  }

  @Test
  void aLevelOutOfItsRangeIsRefused() {
    assertThatThrownBy(() -> new MessageDeflater(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new MessageDeflater(10)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Between noise and one letter repeated, so that some shrink by very little. */
  private static byte[] payload(Random random) {
    byte[] payload = new byte[256 + random.nextInt(random.nextInt(8) == 0 ? 200_000 : 2000)];
    random.nextBytes(payload);
    Arrays.fill(payload, 0, random.nextInt(random.nextInt(payload.length) + 1), (byte) 'a');
    return payload;
  }

  private static byte[] read(byte[] frame, MessageInflater inflater) {
    int code = frame[1];
    int header = code < 126 ? 2 : code == 126 ? 4 : 10;
    byte[] payload = Arrays.copyOfRange(frame, header, frame.length);
    assertThat(Frames.headerBytes(payload.length)).isEqualTo(header);
    if ((frame[0] & RSV1) == 0) {
      return payload;
    }
    Inflation inflation = inflater.inflate(Unpooled.wrappedBuffer(payload), 1 << 20);
    assertThat(inflation).isInstanceOf(Inflation.Whole.class);
    ByteBuf message = ((Inflation.Whole) inflation).message();
    byte[] bytes = ByteBufUtil.getBytes(message);
    message.release();
    return bytes;
  }
}
