package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.log.DeferredBroker;
import io.sluice.core.log.Later;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Delivery over real sockets, on the memory broker and on one that answers late and elsewhere. */
class DeliveryTest {
  private static final Pattern OFFSET = Pattern.compile("\"offset\":(\\d+)");

  /** What is behind the server. */
  enum Behind {
    MEMORY,
    DEFERRED;

    /** Runs a test against a server with this behind it. */
    void serve(Map<String, String> settings, Story story) throws Exception {
      if (this == MEMORY) {
        try (TestServer server = TestServer.start(settings)) {
          story.tell(server);
        }
        return;
      }
      try (Later later = Later.onAnotherThread();
          TestServer server =
              TestServer.startBehind(broker -> new DeferredBroker(broker, later), settings)) {
        story.tell(server);
      }
    }
  }

  /** A test, given its server. */
  @FunctionalInterface
  interface Story {
    void tell(TestServer server) throws Exception;
  }

  @ParameterizedTest
  @EnumSource
  void everySubscriberOfTwoLanesGetsEverythingOnceAndInOrder(Behind behind) throws Exception {
    int readers = 20;
    int each = 2_000;
    behind.serve(
        // A reader is read after the one before it: what its socket does not hold stays in the log.
        Map.of("lanes", "2", "limits.log.messages", Integer.toString(2 * each)),
        server -> {
          List<RawClient> sockets = new ArrayList<>();
          for (int i = 0; i < readers; i++) {
            RawClient reader = RawClient.connect(server, "reader");
            reader.send(
                "{\"action\":\"subscribe\",\"channel\":\"c\",\"recoverable\":true,\"id\":1}");
            reader.await("\"subscribed\"");
            sockets.add(reader);
          }
          List<Thread> publishers = new ArrayList<>();
          for (String name : List.of("ada", "bob")) {
            publishers.add(Thread.ofVirtual().start(() -> publish(server, name, each)));
          }
          for (RawClient reader : sockets) {
            assertThat(readOrdered(reader, 2 * each)).isEqualTo(2L * each);
            reader.close();
          }
          for (Thread publisher : publishers) {
            publisher.join();
          }
        });
  }

  /** Reads so many messages: offsets without a hole, and each publisher's own count in order. */
  private static long readOrdered(RawClient reader, int messages) throws IOException {
    long offset = 0;
    Map<String, Integer> counts = new java.util.HashMap<>();
    for (int i = 0; i < messages; i++) {
      String message = reader.await("\"message\"");
      assertThat(offset(message)).isEqualTo(offset + 1);
      offset++;
      String from = message.contains("\"from\":\"ada\"") ? "ada" : "bob";
      int count = counts.merge(from, 1, Integer::sum);
      assertThat(message).contains("\"data\":" + count + ",");
    }
    return offset;
  }

  private static void publish(TestServer server, String name, int messages) {
    try (RawClient publisher = RawClient.connect(server, name)) {
      for (int i = 1; i <= messages; i++) {
        boolean last = i % 100 == 0;
        publisher.put(
            "{\"action\":\"publish\",\"channel\":\"c\",\"payload\":"
                + i
                + (last ? ",\"ack\":true,\"id\":" + i : "")
                + "}");
        if (last) {
          publisher.flush();
          publisher.await("\"published\"");
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoReturnsWithItsPositionGetsWhatItMissedAndThenTheLiveStream(Behind behind)
      throws Exception {
    behind.serve(
        Map.of(),
        server -> {
          RawClient publisher = RawClient.connect(server, "ada");
          RawClient before = RawClient.connect(server, "bob");
          before.send("{\"action\":\"subscribe\",\"channel\":\"c\",\"recoverable\":true}");
          String subscribed = before.await("\"subscribed\"");
          String epoch = subscribed.replaceAll(".*\"epoch\":\"([^\"]+)\".*", "$1");
          before.close();
          for (int i = 1; i <= 5; i++) {
            publish(publisher, i);
          }
          RawClient after = RawClient.connect(server, "bob");
          after.send(
              "{\"action\":\"subscribe\",\"channel\":\"c\",\"since\":{\"epoch\":\""
                  + epoch
                  + "\",\"offset\":2}}");
          assertThat(after.await("\"subscribed\"")).contains("\"recovered\":true", "\"offset\":2");
          publish(publisher, 6);
          for (long offset = 3; offset <= 6; offset++) {
            assertThat(offset(after.await("\"message\""))).isEqualTo(offset);
          }
          after.close();
          publisher.close();
        });
  }

  @ParameterizedTest
  @EnumSource
  void creditIsSpentToTheMessageAndRunsOnFromTheLog(Behind behind) throws Exception {
    behind.serve(
        Map.of(),
        server -> {
          RawClient publisher = RawClient.connect(server, "ada");
          RawClient reader = RawClient.connect(server, "bob");
          reader.send(
              "{\"action\":\"subscribe\",\"channel\":\"c\",\"credits\":{\"messages\":2,\"bytes\":10000}}");
          reader.await("\"subscribed\"");
          for (int i = 1; i <= 4; i++) {
            publish(publisher, i);
          }
          assertThat(offset(reader.await("\"message\""))).isEqualTo(1);
          assertThat(offset(reader.await("\"message\""))).isEqualTo(2);
          // The answer to a ping overtakes nothing here: there is no credit for a third.
          reader.send("{\"action\":\"ping\"}");
          assertThat(reader.text()).contains("\"pong\"");
          reader.send("{\"action\":\"credit\",\"channel\":\"c\",\"credits\":{\"messages\":2}}");
          assertThat(offset(reader.await("\"message\""))).isEqualTo(3);
          assertThat(offset(reader.await("\"message\""))).isEqualTo(4);
          reader.close();
          publisher.close();
        });
  }

  @Test
  void aPublishTheBrokerCannotTakeIsAnsweredEvenUnasked() throws Exception {
    try (Later later = Later.onAnotherThread();
        TestServer server =
            TestServer.startBehind(broker -> new DeferredBroker(broker, later, 1, 100), Map.of());
        RawClient publisher = RawClient.connect(server, "ada")) {
      publisher.send("{\"action\":\"publish\",\"channel\":\"c\",\"payload\":1}");
      assertThat(publisher.await("\"error\"")).contains("broker_unavailable");
    }
  }

  @Test
  void whatIsReceiptedIsDeliveredAndWhatIsRefusedIsNot() throws Exception {
    long seed = 20_261_121;
    int messages = 500;
    try (Later later = Later.onAnotherThread();
        TestServer server =
            TestServer.startBehind(
                broker -> new DeferredBroker(broker, later, seed, 30), Map.of("lanes", "2"))) {
      RawClient reader = subscribeSomehow(server);
      RawClient publisher = RawClient.connect(server, "ada");
      List<Integer> receipted = new ArrayList<>();
      for (int i = 1; i <= messages; i++) {
        publisher.send(
            "{\"action\":\"publish\",\"channel\":\"c\",\"ack\":true,\"id\":"
                + i
                + ",\"payload\":"
                + i
                + "}");
        if (publisher.text().contains("\"published\"")) {
          receipted.add(i);
        }
      }
      assertThat(receipted).as("seed " + seed).hasSizeBetween(1, messages - 1);
      long offset = 0;
      for (int value : receipted) {
        String message = reader.await("\"message\"");
        assertThat(message).as("seed " + seed).contains("\"data\":" + value + ",");
        assertThat(offset(message)).isEqualTo(++offset);
      }
      publisher.close();
      reader.close();
    }
  }

  /** Subscribes, as often as it takes: this broker also refuses to open channels. */
  private static RawClient subscribeSomehow(TestServer server) throws IOException {
    RawClient reader = RawClient.connect(server, "reader");
    String answer;
    do {
      reader.send("{\"action\":\"subscribe\",\"channel\":\"c\",\"recoverable\":true}");
      answer = reader.text();
    } while (answer.contains("\"error\""));
    assertThat(answer).contains("\"subscribed\"");
    return reader;
  }

  private static void publish(RawClient publisher, int value) throws IOException {
    publisher.send(
        "{\"action\":\"publish\",\"channel\":\"c\",\"ack\":true,\"payload\":" + value + "}");
    publisher.await("\"published\"");
  }

  static long offset(String message) {
    Matcher matcher = OFFSET.matcher(message);
    if (!matcher.find()) {
      throw new AssertionError("no offset in " + message);
    }
    return Long.parseLong(matcher.group(1));
  }
}
