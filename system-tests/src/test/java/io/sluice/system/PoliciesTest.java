package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Readers over real sockets that stall, trickle, toggle their credit and vanish, under every
 * policy, beside one that reads: each is told what its policy promises, and the one that reads gets
 * everything.
 */
class PoliciesTest {
  private static final int MESSAGES = 6_000;
  private static final int BATCH = 100;
  private static final int KEYS = 10;
  private static final int CLOSE = 64;

  /** Twelve megabytes: more than all socket buffers between the two can take. */
  private static final String PADDING = "x".repeat(2_000);

  private static TestServer start() throws Exception {
    return TestServer.start(
        Map.of("lanes", "2"),
        """
        limits: {session: {heartbeat: 5m}}
        channels:
          - {pattern: c, log: {messages: 10000, bytes: 64MiB}}
        """);
  }

  private static RawClient reader(TestServer server, String policy, String credits)
      throws IOException {
    RawClient reader = RawClient.connect(server, policy, 4 << 10);
    reader.send(
        "{\"action\":\"subscribe\",\"channel\":\"c\",\"policy\":\""
            + policy
            + "\""
            + credits
            + "}");
    reader.await("\"subscribed\"");
    return reader;
  }

  private static void publish(RawClient publisher, int from, int to) throws IOException {
    for (int i = from; i <= to; i++) {
      boolean last = i % BATCH == 0 || i == to;
      publisher.put(
          "{\"action\":\"publish\",\"channel\":\"c\",\"key\":\"k%d\",\"payload\":{\"n\":%d,\"p\":\"%s\"}%s}"
              .formatted(i % KEYS, i, PADDING, last ? ",\"ack\":true" : ""));
      if (last) {
        publisher.flush();
        publisher.await("\"published\"");
      }
    }
  }

  /** Everything from an offset on, in order and without a hole. */
  private static void readAll(RawClient reader, int from, int to) throws IOException {
    for (int offset = from; offset <= to; offset++) {
      String message = reader.text();
      assertThat(DeliveryTest.offset(message)).isEqualTo(offset);
      assertThat(message).contains("\"n\":" + offset + ",");
    }
  }

  @Test
  void losslessReaderThatStalledGetsEverythingFromTheLog() throws Exception {
    try (TestServer server = start();
        RawClient stalled = reader(server, "lossless", "");
        RawClient publisher = RawClient.connect(server, "writer")) {
      publish(publisher, 1, MESSAGES);
      readAll(stalled, 1, MESSAGES);
    }
  }

  @Test
  void latestReaderThatStalledGetsTheNewestOfEachKeyAndIsToldHowManyItWasSpared() throws Exception {
    try (TestServer server = start();
        RawClient stalled = reader(server, "latest", "");
        RawClient publisher = RawClient.connect(server, "writer")) {
      publish(publisher, 1, MESSAGES);
      long last = 0;
      long received = 0;
      Set<Long> tail = new HashSet<>();
      String text = stalled.text();
      while (!text.contains("\"type\":\"position\"")) {
        long offset = DeliveryTest.offset(text);
        assertThat(offset).isGreaterThan(last);
        last = offset;
        received++;
        if (offset > MESSAGES - KEYS) {
          tail.add(offset);
        }
        text = stalled.text();
      }
      assertThat(tail).as("the newest of each key").hasSize(KEYS);
      assertThat(text).contains("\"offset\":" + MESSAGES, "\"conflated\":" + (MESSAGES - received));
      assertThat(received).isLessThan(MESSAGES);
      publish(publisher, MESSAGES + 1, MESSAGES + 3);
      readAll(stalled, MESSAGES + 1, MESSAGES + 3);
    }
  }

  @Test
  void dropOldestReaderThatStalledIsToldOneGapAndStandsCloseToTheHead() throws Exception {
    try (TestServer server = start();
        RawClient stalled = reader(server, "drop-oldest", "");
        RawClient publisher = RawClient.connect(server, "writer")) {
      publish(publisher, 1, MESSAGES);
      int next = 1;
      String text = stalled.text();
      while (!text.contains("\"type\":\"gap\"")) {
        assertThat(DeliveryTest.offset(text)).isEqualTo(next++);
        text = stalled.text();
      }
      assertThat(text)
          .contains(
              "\"firstOffset\":" + next + ",",
              "\"lastOffset\":" + (MESSAGES - CLOSE) + ",",
              "\"reason\":\"dropped\"");
      readAll(stalled, MESSAGES - CLOSE + 1, MESSAGES);
    }
  }

  @Test
  void disconnectReaderThatStalledIsClosedAsSlow() throws Exception {
    try (TestServer server = start();
        RawClient stalled = reader(server, "disconnect", "");
        RawClient publisher = RawClient.connect(server, "writer")) {
      publish(publisher, 1, MESSAGES);
      RawClient.Frame frame = stalled.frame();
      int next = 1;
      while (!frame.isClose()) {
        assertThat(DeliveryTest.offset(frame.text())).isEqualTo(next++);
        frame = stalled.frame();
      }
      assertThat(frame.closeCode()).isEqualTo(1008);
      assertThat(frame.text()).endsWith("slow");
      assertThat(next).isLessThan(MESSAGES);
    }
  }

  @Test
  void readersThatTrickleToggleAndVanishTakeNothingFromOneThatReads() throws Exception {
    try (TestServer server = start();
        RawClient healthy = RawClient.connect(server, "healthy");
        RawClient trickling = reader(server, "lossless", "");
        RawClient toggling = reader(server, "lossless", ",\"credits\":{\"messages\":0}");
        RawClient publisher = RawClient.connect(server, "writer")) {
      healthy.send("{\"action\":\"subscribe\",\"channel\":\"c\",\"recoverable\":true}");
      healthy.await("\"subscribed\"");
      int rounds = 20;
      int each = 100;
      for (int round = 0; round < rounds; round++) {
        RawClient vanishing = reader(server, "latest", "");
        publish(publisher, round * each + 1, (round + 1) * each);
        vanishing.close();
        readAll(healthy, round * each + 1, (round + 1) * each);
        readAll(trickling, round * 3 + 1, round * 3 + 3);
        if (round % 2 == 1) {
          toggling.send("{\"action\":\"credit\",\"channel\":\"c\",\"credits\":{\"messages\":7}}");
          readAll(toggling, round / 2 * 7 + 1, round / 2 * 7 + 7);
        }
      }
      toggling.send(
          "{\"action\":\"credit\",\"channel\":\"c\",\"credits\":{\"messages\":" + MESSAGES + "}}");
      readAll(toggling, rounds / 2 * 7 + 1, rounds * each);
      readAll(trickling, rounds * 3 + 1, rounds * each);
    }
  }
}
