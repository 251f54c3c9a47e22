package io.sluice.gateway.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The check agrees with the JDK's decoder, wherever the text is cut. */
final class Utf8Test {
  private static final int[] EDGES = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF};

  @Test
  void everySequenceIsJudgedAsTheJdkJudgesIt() {
    // The last four bytes stay ASCII, so that the fast way is taken as well.
    byte[] bytes = new byte[8];
    ByteBuf wrapped = Unpooled.wrappedBuffer(bytes);
    for (int i = 0; i < 256 * 256 * EDGES.length * EDGES.length; i++) {
      bytes[0] = (byte) (i >> 8);
      bytes[1] = (byte) i;
      bytes[2] = (byte) EDGES[(i >> 16) % EDGES.length];
      bytes[3] = (byte) EDGES[(i >> 16) / EDGES.length];
      for (int length = bytes[3] == 0 ? 1 : 4; length <= 8; length++) {
        boolean ours = Utf8.isWhole(wrapped.setIndex(0, length));
        if (ours != jdk(bytes, length)) {
          assertThat(ours).as("%d bytes of %08x", length, wrapped.getInt(0)).isEqualTo(!ours);
        }
      }
    }
  }

  @Test
  void aCutChangesNothingAndThereIsNoWayBackFromARejection() {
    for (long seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = ClientFrames.utf8("plain ascii before it, grüße λόγος 世界 🌍 and behind it");
      if (random.nextBoolean()) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      ByteBuf text = Unpooled.wrappedBuffer(bytes);
      int cut = random.nextInt(bytes.length);
      byte state = Utf8.check(Utf8.BOUNDARY, text, 0, cut);
      state = Utf8.check(state, text, cut, bytes.length - cut);
      assertThat(state == Utf8.BOUNDARY).as("seed %d", seed).isEqualTo(jdk(bytes, bytes.length));
      assertThat(Utf8.check(Utf8.REJECTED, text, 0, 1)).isEqualTo(Utf8.REJECTED);
    }
  }

  private static boolean jdk(byte[] bytes, int length) {
    ByteBuffer in = ByteBuffer.wrap(bytes, 0, length);
    return !StandardCharsets.UTF_8
        .newDecoder()
        .decode(in, CharBuffer.allocate(128), true)
        .isError();
  }
}
