package io.sluice.gateway.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Right streams, the examples of RFC 7692, damaged ones, and bombs. */
final class MessageInflaterTest {
  private static final int BOUND = 1 << 20;
  private static final Inflation CORRUPT = new Inflation.Refused(Violation.DEFLATE_CORRUPT);
  private static final Inflation TOO_BIG = new Inflation.Refused(Violation.MESSAGE_TOO_BIG);

  private final CountingAllocator allocator = new CountingAllocator();
  private final MessageInflater inflater = new MessageInflater(allocator, 16);

  @AfterEach
  void nothingIsLeft() {
    assertThat(allocator.live()).isEqualTo(MessageInflater.BLOCK_BYTES);
    inflater.close();
    assertThat(allocator.live()).isZero();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "7.2.3.1 one compressed block, f248cdc9c90700, Hello",
    "7.2.3.3 a block without compression, 000500faff48656c6c6f00, Hello",
    "7.2.3.4 a block with BFINAL, f348cdc9c9070000, Hello",
    "7.2.3.5 two blocks, f248050000 00ffffcac9c90700, Hello",
    "7.2.3.6 an empty message, 00, ''",
    "an empty message as some send it, '', ''"
  })
  void theExamplesOfTheStandardAreInflated(String section, String hex, String message) {
    assertThat(text(inflate(ByteBufUtil.decodeHexDump(hex.replace(" ", ""))))).isEqualTo(message);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 255, 65_535, 65_536, 65_537, 200_000, BOUND - 1, BOUND})
  void aMessageOfAnySizeUpToTheBoundIsInflated(int size) {
    byte[] message = new byte[size];
    new Random(size).nextBytes(message);
    Arrays.fill(message, 0, size / 2, (byte) 'a');
    assertThat(bytes(inflate(ClientFrames.deflate(message)))).isEqualTo(message);
  }

  @Test
  void oneByteMoreThanTheBoundIsTooBig() {
    byte[] message = new byte[BOUND + 1];
    assertThat(inflate(ClientFrames.deflate(message))).isEqualTo(TOO_BIG);
    byte[] small = ClientFrames.deflate(new byte[11]);
    assertThat(inflater.inflate(Unpooled.wrappedBuffer(small), 10)).isEqualTo(TOO_BIG);
    assertThat(bytes(inflater.inflate(Unpooled.wrappedBuffer(small), 11))).hasSize(11);
  }

  @Test
  void aBombTakesNoMoreThanTheBoundAndTheBlock() {
    byte[] bomb = ClientFrames.deflate(new byte[100 << 20]);
    assertThat(bomb.length).isLessThan(BOUND);
    allocator.resetPeak();
    assertThat(inflate(bomb)).isEqualTo(TOO_BIG);
    assertThat(allocator.peak()).isLessThanOrEqualTo(BOUND + 1 + MessageInflater.BLOCK_BYTES);
  }

  @Test
  void aSmallMessageTakesNothingButTheBlock() {
    allocator.resetPeak();
    bytes(inflate(ClientFrames.deflate(new byte[60_000])));
    assertThat(allocator.peak()).isEqualTo(MessageInflater.BLOCK_BYTES);
  }

  @Test
  void aStreamThatEndsTooEarlyIsCorrupt() {
    byte[] whole = ClientFrames.deflate(ClientFrames.utf8("a message, a message, and another one"));
    for (int length = 1; length < whole.length; length++) {
      assertThat(inflate(Arrays.copyOf(whole, length))).as("%d bytes", length).isEqualTo(CORRUPT);
    }
  }

  @Test
  void aFinalBlockThatEndsInsideTheTailIsCorrupt() {
    assertThat(inflate(ByteBufUtil.decodeHexDump("010200fdff"))).isEqualTo(CORRUPT);
  }

  @Test
  void noiseIsCorruptOrShortAndLosesNothing() {
    for (long seed = 0; seed < 5000; seed++) {
      Random random = new Random(seed);
      byte[] noise = new byte[1 + random.nextInt(100)];
      random.nextBytes(noise);
      if (inflate(noise) instanceof Inflation.Whole(ByteBuf message)) {
        message.release();
      }
      assertThat(text(inflate(ClientFrames.deflate(ClientFrames.utf8("after it")))))
          .as("seed %d", seed)
          .isEqualTo("after it");
    }
  }

  @Test
  void aMessageMayEndItsStreamFifteenTimesAndNotMore() {
    String emptyFinalBlock = "0300";
    String last = "00";
    byte[] right = ByteBufUtil.decodeHexDump(emptyFinalBlock.repeat(15) + last);
    byte[] wrong = ByteBufUtil.decodeHexDump(emptyFinalBlock.repeat(16) + last);
    assertThat(text(inflate(right))).isEmpty();
    assertThat(inflate(wrong)).isEqualTo(CORRUPT);
  }

  @Test
  void nothingIsRememberedFromOneMessageToTheNext() {
    byte[] message = new byte[3000];
    new Random(1).nextBytes(message);
    byte[] deflated = ClientFrames.deflate(message);
    assertThat(bytes(inflate(deflated))).isEqualTo(message);
    // A fixed block that begins with a copy of what came before it.
    assertThat(inflate(ByteBufUtil.decodeHexDump("020200"))).isEqualTo(CORRUPT);
  }

  @Test
  void theLastMessageHasToBeReleasedFirst() {
    Inflation first = inflate(new byte[] {0});
    assertThatThrownBy(() -> inflate(new byte[] {0})).isInstanceOf(IllegalStateException.class);
    assertThat(text(first)).isEmpty();
    assertThat(text(inflate(new byte[] {0}))).isEmpty();
  }

  private Inflation inflate(byte[] compressed) {
    return inflater.inflate(Unpooled.wrappedBuffer(compressed), BOUND);
  }

  private static String text(Inflation inflation) {
    return new String(bytes(inflation), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(Inflation inflation) {
    assertThat(inflation).isInstanceOf(Inflation.Whole.class);
    ByteBuf message = ((Inflation.Whole) inflation).message();
    byte[] bytes = ByteBufUtil.getBytes(message);
    message.release();
    return bytes;
  }
}
