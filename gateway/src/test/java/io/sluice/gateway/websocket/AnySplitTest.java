package io.sluice.gateway.websocket;

import static io.sluice.gateway.websocket.ClientFrames.BINARY;
import static io.sluice.gateway.websocket.ClientFrames.FIN;
import static io.sluice.gateway.websocket.ClientFrames.RSV1;
import static io.sluice.gateway.websocket.ClientFrames.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.sluice.model.Limits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** However a stream is cut into pieces, paused or damaged, the sink hears the same. */
final class AnySplitTest {
  private static final int STREAMS = 400;
  private static final String CHARACTERS = "abcdefghij 0123456789 äöüß λόγος 世界 🌍🎈";

  private record Conversation(byte[] bytes, List<String> calls) {}

  @Test
  void aRightStreamIsHeardAsItWasSaidHoweverItIsCut() {
    for (long seed = 0; seed < STREAMS; seed++) {
      Random random = new Random(seed);
      boolean deflate = random.nextBoolean();
      Conversation said = conversation(random, deflate);
      assertThat(heardWhole(said.bytes(), deflate)).as("seed %d", seed).isEqualTo(said.calls());
      for (int cut = 0; cut < 4; cut++) {
        assertThat(heardInPieces(said.bytes(), deflate, random))
            .as("seed %d, cut %d", seed, cut)
            .isEqualTo(said.calls());
      }
    }
  }

  @Test
  void aDamagedStreamIsHeardTheSameHoweverItIsCut() {
    for (long seed = 0; seed < 3 * STREAMS; seed++) {
      Random random = new Random(seed);
      boolean deflate = random.nextBoolean();
      byte[] bytes = conversation(random, deflate).bytes();
      for (int damage = random.nextInt(4); damage >= 0; damage--) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      List<String> whole = heardWhole(bytes, deflate);
      assertThat(whole.stream().filter(AnySplitTest::isLast).count()).isLessThan(2);
      assertThat(heardInPieces(bytes, deflate, random)).as("seed %d", seed).isEqualTo(whole);
      try (Line line = line(deflate)) {
        assertThat(line.feed(bytes, 1).calls()).as("seed %d", seed).isEqualTo(whole);
      }
    }
  }

  @Test
  void noiseIsHeardTheSameHoweverItIsCut() {
    for (long seed = 0; seed < STREAMS; seed++) {
      Random random = new Random(seed);
      byte[] bytes = new byte[2 + random.nextInt(200)];
      random.nextBytes(bytes);
      bytes[1] |= (byte) 0x80;
      List<String> whole = heardWhole(bytes, true);
      assertThat(heardInPieces(bytes, true, random)).as("seed %d", seed).isEqualTo(whole);
    }
  }

  private static boolean isLast(String call) {
    return call.startsWith("close") || call.startsWith("broken");
  }

  private static Line line(boolean deflate) {
    return new Line(Limits.Socket.DEFAULTS, deflate);
  }

  private static List<String> heardWhole(byte[] bytes, boolean deflate) {
    try (Line line = line(deflate)) {
      return line.feed(bytes).calls();
    }
  }

  /** Pieces of any size in buffers of any kind, with a pause after some of the deliveries. */
  private static List<String> heardInPieces(byte[] bytes, boolean deflate, Random random) {
    try (Line line = line(deflate)) {
      line.recorder.afterEach =
          () -> {
            if (random.nextInt(3) == 0) {
              line.decoder.pause();
            }
          };
      ByteBuf in = buffer(bytes, random).writerIndex(0);
      int most = 1 + random.nextInt(random.nextBoolean() ? 8 : bytes.length);
      while (in.writerIndex() < bytes.length) {
        in.writerIndex(Math.min(bytes.length, in.writerIndex() + 1 + random.nextInt(most)));
        while (in.isReadable()) {
          line.decoder.feed(in, line.nanos, line.recorder);
        }
      }
      assertThat(in.release()).isTrue();
      return line.calls();
    }
  }

  /** A writable buffer that nobody else has: with an array, without one, or of two parts. */
  private static ByteBuf buffer(byte[] bytes, Random random) {
    int middle = random.nextInt(bytes.length + 1);
    return switch (random.nextInt(3)) {
      case 0 -> Unpooled.wrappedBuffer(bytes.clone());
      case 1 -> Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(bytes.length).put(0, bytes));
      default ->
          Unpooled.wrappedBuffer(
              Unpooled.wrappedBuffer(Arrays.copyOfRange(bytes, 0, middle)),
              Unpooled.wrappedBuffer(Arrays.copyOfRange(bytes, middle, bytes.length)));
    };
  }

  private static Conversation conversation(Random random, boolean deflate) {
    ClientFrames frames = new ClientFrames(random);
    List<String> calls = new ArrayList<>();
    for (int i = 1 + random.nextInt(6); i > 0; i--) {
      if (random.nextInt(4) == 0) {
        control(frames, calls, random);
      } else {
        message(frames, calls, random, deflate);
      }
    }
    if (random.nextBoolean()) {
      frames.close(3000, ClientFrames.utf8("bye"));
      calls.add("close 3000 bye");
      message(frames, new ArrayList<>(), random, deflate);
    }
    return new Conversation(frames.bytes(), calls);
  }

  private static void control(ClientFrames frames, List<String> calls, Random random) {
    String payload = "p".repeat(random.nextInt(126));
    if (random.nextBoolean()) {
      frames.ping(payload);
      calls.add("ping " + payload);
    } else {
      frames.pong(payload);
      calls.add("pong " + payload);
    }
  }

  private static void message(
      ClientFrames frames, List<String> calls, Random random, boolean deflate) {
    boolean text = random.nextBoolean();
    byte[] payload = text ? ClientFrames.utf8(words(random)) : noise(random);
    boolean deflated = deflate && random.nextBoolean();
    byte[] wire = deflated ? ClientFrames.deflate(payload) : payload;
    int first = (text ? TEXT : BINARY) | (deflated ? RSV1 : 0);
    int fragments = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 1;
    int at = 0;
    for (int left = fragments; left > 0; left--) {
      int end = left == 1 ? wire.length : at + random.nextInt(wire.length - at + 1);
      frames.frame((left == 1 ? FIN : 0) | first, Arrays.copyOfRange(wire, at, end));
      at = end;
      first = 0;
      if (left > 1 && random.nextInt(4) == 0) {
        control(frames, calls, random);
      }
    }
    calls.add(
        text
            ? "text " + new String(payload, StandardCharsets.UTF_8)
            : "binary " + ByteBufUtil.hexDump(payload));
  }

  private static String words(Random random) {
    int[] characters = CHARACTERS.codePoints().toArray();
    StringBuilder words = new StringBuilder();
    for (int i = length(random); i > 0; i--) {
      words.appendCodePoint(characters[random.nextInt(characters.length)]);
    }
    return words.toString();
  }

  private static byte[] noise(Random random) {
    byte[] noise = new byte[length(random)];
    random.nextBytes(noise);
    return noise;
  }

  private static int length(Random random) {
    return random.nextInt(random.nextInt(20) == 0 ? 70_000 : 300);
  }
}
