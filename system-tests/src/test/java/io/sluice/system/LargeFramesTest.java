package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.system.RawClient.Frame;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Frames that are far larger than what a socket takes at once. */
class LargeFramesTest {
  private static final int FRAMES = 24;
  private static final int LETTERS = 1_000_000;
  private static final int OPCODE_PONG = 10;

  /** A channel that keeps all that this test publishes. */
  private static final String KEEP_ALL =
      """
      channels:
        - pattern: "big.*"
          log: {messages: 1000, bytes: 256MiB, age: 1h}
      """;

  @Test
  void everyByteOfLargeFramesArrivesInOrderWithPongsBetweenThemAndNeverInside() throws Exception {
    long seed = 4_711;
    try (TestServer server = TestServer.start(Map.of("limits.session.heartbeat", "1s"), KEEP_ALL);
        RawClient publisher = RawClient.connect(server, "ada");
        RawClient reader = RawClient.connect(server, "bob", 4 << 10)) {
      reader.send("{\"action\":\"subscribe\",\"channel\":\"big.one\",\"recoverable\":true}");
      reader.await("\"subscribed\"");
      Random random = new Random(seed);
      for (int i = 0; i < FRAMES; i++) {
        publisher.send(
            "{\"action\":\"publish\",\"channel\":\"big.one\",\"ack\":true,\"payload\":\""
                + letters(random)
                + "\"}");
        publisher.await("\"published\"");
      }
      reader.ping("first");
      readAll(reader, new Random(seed), seed);
    }
  }

  /** Reads slowly at first, asks for a sign of life after every frame, and compares all of it. */
  private static void readAll(RawClient reader, Random random, long seed) throws IOException {
    int pongs = 0;
    for (int i = 1; i <= FRAMES; ) {
      Frame frame = reader.frame();
      if (frame.opcode() == OPCODE_PONG) {
        pongs++;
      } else if (frame.opcode() == 1) {
        assertThat(DeliveryTest.offset(frame.text())).as("seed " + seed).isEqualTo(i);
        boolean same = frame.text().contains("\"data\":\"" + letters(random) + "\"");
        assertThat(same).as("frame " + i + " of seed " + seed).isTrue();
        reader.ping("after " + i);
        i++;
      }
    }
    assertThat(pongs).as("pongs between the frames").isPositive();
  }

  private static String letters(Random random) {
    StringBuilder letters = new StringBuilder(LETTERS);
    while (letters.length() < LETTERS) {
      letters.append((char) ('a' + random.nextInt(26)));
    }
    return letters.toString();
  }
}
