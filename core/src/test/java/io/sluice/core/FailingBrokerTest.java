package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.log.DeferredBroker;
import io.sluice.core.log.Later;
import io.sluice.model.Code;
import io.sluice.model.Event;
import io.sluice.model.RequestId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a broker that answers late, and one time in four not at all, leaves standing. */
class FailingBrokerTest {
  private static final int SEEDS = 200;
  private static final int FAIL_PERCENT = 25;
  private static final int PUBLISHES = 40;
  private static final String[] CHANNELS = {"a", "b"};

  @Test
  void everyPublishIsAnsweredOnceAndWhatWasReceiptedIsDeliveredInOrder() {
    int[] counts = new int[2];
    long seeds = Seeds.forEach(SEEDS, seed -> publishAndDeliver(seed, counts));
    if (seeds == SEEDS) {
      assertThat(counts).as("receipts and faults").doesNotContain(0);
    }
  }

  private static void publishAndDeliver(long seed, int[] counts) {
    try (House house = new House(seed)) {
      Peer reader = house.connect(0);
      for (String channel : CHANNELS) {
        house.subscribeUntilItWorks(reader, channel);
      }
      Peer[] writers = {house.connect(1), house.connect(2)};
      for (int i = 0; i < PUBLISHES; i++) {
        writers[i % 2].publish(CHANNELS[i % 3 % 2], "p" + i);
        house.stepSome(i % 4);
      }
      house.settle();
      Map<String, TreeMap<Long, String>> receipted = new HashMap<>();
      for (int i = 0; i < writers.length; i++) {
        List<String> failed = house.hearAnswers(writers[i], i, receipted);
        counts[0] += PUBLISHES / 2 - failed.size();
        counts[1] += failed.size();
        assertThat(writers[i].session.outgoing().isInFlight()).isFalse();
      }
      Map<String, List<String>> delivered = delivered(reader);
      assertThat(delivered.keySet()).isEqualTo(receipted.keySet());
      receipted.forEach(
          (channel, texts) ->
              assertThat(delivered.get(channel)).containsExactlyElementsOf(texts.values()));
    }
  }

  private static Map<String, List<String>> delivered(Peer reader) {
    Map<String, List<String>> delivered = new HashMap<>();
    for (FakeSocket.Item item : reader.socket.items()) {
      FakeSocket.Data data = (FakeSocket.Data) item;
      delivered.computeIfAbsent(data.channel().value(), name -> new ArrayList<>()).add(data.text());
    }
    return delivered;
  }

  @Test
  void subscribeWhoseOpenFailedIsAnsweredAndALaterOneWorks() {
    int[] failures = new int[1];
    long seeds =
        Seeds.forEach(
            SEEDS,
            seed -> {
              try (House house = new House(seed)) {
                Peer peer = house.connect(0);
                failures[0] += house.subscribeUntilItWorks(peer, "a");
                house.hub.append("a", TestPayload.of("1"));
                house.settle();
                assertThat(peer.stream()).containsExactly("1");
                assertThat(house.meter.subscriptions()).isEqualTo(1);
              }
            });
    if (seeds == SEEDS) {
      assertThat(failures[0]).isPositive();
    }
  }

  /** One lane before a broker that fails, its steps drawn by a seed. Owned by its test. */
  private static final class House implements AutoCloseable {
    final Hub hub = new Hub(Answering.AT_ONCE);
    final Meter meter = new Meter();
    private final Later.Steps later;
    private final DeferredBroker broker;
    private final Rig rig;

    House(long seed) {
      later = Later.inSteps(seed);
      broker = new DeferredBroker(hub.memory, later, seed, FAIL_PERCENT);
      rig = new Rig(1, hub.limits, broker, meter, new FakeOutlet.Watch() {});
    }

    Peer connect(int slot) {
      Peer peer = hub.connect(rig, slot, "user" + slot);
      settle();
      peer.socket.items();
      return peer;
    }

    void stepSome(int steps) {
      for (int i = 0; i < steps; i++) {
        later.step();
      }
      if (rig.isDue() && steps == 0) {
        rig.turn(hub.time.now());
      }
    }

    void settle() {
      while (later.settle() || rig.isDue()) {
        rig.turn(hub.time.now());
      }
    }

    /** How often it failed; every subscribe is answered once, whatever comes of it. */
    int subscribeUntilItWorks(Peer peer, String channel) {
      for (int failed = 0; failed < 100; failed++) {
        peer.subscribe(channel);
        settle();
        List<String> answer = peer.stream();
        if (!answer.equals(List.of("broker_unavailable"))) {
          assertThat(answer).hasSize(1).allMatch(item -> item.startsWith("subscribed at "));
          return failed;
        }
      }
      throw new AssertionError("no subscribe works any more");
    }

    /** Holds each answer against its publish, in any order of channels but once; who failed. */
    List<String> hearAnswers(Peer writer, int which, Map<String, TreeMap<Long, String>> receipted) {
      List<String> failed = new ArrayList<>();
      List<RequestId> answered = new ArrayList<>();
      for (FakeSocket.Item item : writer.socket.items()) {
        switch (((FakeSocket.Said) item).event()) {
          case Event.Published published -> {
            answered.add(published.id());
            String text = published.id().raw().replace("\"", "");
            String before =
                receipted
                    .computeIfAbsent(published.channel().value(), name -> new TreeMap<>())
                    .put(published.position().offset(), text);
            assertThat(before).isNull();
          }
          case Event.Failed fault -> {
            assertThat(fault.fault().code()).isEqualTo(Code.BROKER_UNAVAILABLE);
            answered.add(fault.id());
            failed.add(String.valueOf(fault.id()));
          }
          case Event other -> throw new AssertionError(other);
        }
      }
      List<RequestId> asked = new ArrayList<>();
      for (int i = which; i < PUBLISHES; i += 2) {
        asked.add(Peer.id("p" + i));
      }
      assertThat(answered).containsExactlyInAnyOrderElementsOf(asked);
      return failed;
    }

    @Override
    public void close() {
      broker.close();
      hub.close();
    }
  }
}
