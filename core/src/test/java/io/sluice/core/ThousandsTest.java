package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.log.Broker;
import io.sluice.core.log.Signal;
import io.sluice.model.Credit;
import io.sluice.model.Draft;
import io.sluice.model.Moment;
import io.sluice.model.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What holds for one reader holds for thousands of them at once. */
@ExtendWith(NamesSeed.class)
class ThousandsTest {
  private static final int READERS = 1_000;
  private static final int KEPT = 100;

  private final List<Subject> opened = new ArrayList<>();
  private final Hub hub =
      new Hub(Answering.IN_STEPS, TestLimits.with(TestLimits.logOf(KEPT)), this::counting);

  @AfterEach
  void close() {
    hub.close();
  }

  /** The broker, with a note of every log that it is asked for. */
  private Broker counting(Broker broker) {
    return new Broker() {
      @Override
      public void publish(Draft draft, Moment now, Receipt receipt) {
        broker.publish(draft, now, receipt);
      }

      @Override
      public void open(Subject subject, Signal signal, Moment now, Opening opening) {
        opened.add(subject);
        broker.open(subject, signal, now, opening);
      }

      @Override
      public void tick(Moment now) {
        broker.tick(now);
      }

      @Override
      public void close() {
        broker.close();
      }
    };
  }

  private void publish(int from, int to) {
    IntStream.rangeClosed(from, to).forEach(i -> hub.publish("c", Integer.toString(i)));
  }

  private static List<Integer> data(Peer peer) {
    return peer.hear().stream()
        .filter(FakeSocket.Data.class::isInstance)
        .map(item -> Integer.valueOf(((FakeSocket.Data) item).text()))
        .toList();
  }

  private static List<Integer> numbers(int from, int to) {
    return IntStream.rangeClosed(from, to).boxed().toList();
  }

  @Test
  void whoReturnsTogetherIsReadTogetherAndNobodyHasAHoleOrADouble() {
    publish(1, KEPT);
    List<Peer> peers = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      Peer peer = hub.connect(i % 2);
      // All of them before the broker has answered the first.
      peer.session.accept(Peer.subscribeTo("c", "e1", 40), hub.time.now());
      peers.add(peer);
    }
    // What is published while they wait and while they catch up evicts what they know already.
    for (int i = KEPT + 1; i <= KEPT + 30; i++) {
      hub.append("c", TestPayload.of(Integer.toString(i)));
      hub.rig(i % 2).turn(hub.time.now());
    }
    hub.settle();
    publish(KEPT + 31, KEPT + 40);
    assertThat(opened).as("once for each lane").containsExactly(Hub.channel("c"), Hub.channel("c"));
    assertThat(hub.form.encodes()).as("each publication once").isEqualTo(KEPT + 40 - 40);
    for (Peer peer : peers) {
      assertThat(data(peer)).isEqualTo(numbers(41, KEPT + 40));
    }
  }

  @Test
  void whoIsAtTheHeadIsServedInTheTurnOfEachPublicationWhileThousandsCatchUp() {
    publish(1, KEPT);
    Peer head = hub.connect(0);
    head.subscribe("c");
    head.hear();
    List<Peer> behind = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      Peer peer = hub.connect(0);
      peer.subscribe("c", new Credit(0, 0));
      peer.hear();
      behind.add(peer);
    }
    publish(KEPT + 1, KEPT + 50);
    assertThat(data(head)).isEqualTo(numbers(KEPT + 1, KEPT + 50));
    for (Peer peer : behind) {
      peer.session.accept(Peer.grantOf("c", 1_000, 1 << 20), hub.time.now());
    }
    int turns = 0;
    int next = KEPT + 51;
    while (next <= KEPT + 80) {
      hub.append("c", TestPayload.of(Integer.toString(next)));
      hub.rig(0).turn(hub.time.now());
      turns++;
      assertThat(data(head)).as("in turn %s", turns).containsExactly(next);
      next++;
    }
    hub.settle();
    for (Peer peer : behind) {
      assertThat(data(peer)).isEqualTo(numbers(KEPT + 1, KEPT + 80));
    }
  }
}
