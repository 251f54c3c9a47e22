package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Command;
import io.sluice.model.Credit;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces;
import io.sluice.model.Priority;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose data goes first on a connection that cannot take everything. */
class ServiceOrderTest {
  private static final int MUCH = 1 << 20;

  /** Feeds of one publication each. */
  private static final Limits LIMITS =
      TestLimits.with(new Limits.Lane(MUCH, 256, 4, 1, 64, 64, 256, 16 << 20));

  private Hub hub;

  @BeforeEach
  void open() {
    start(Namespaces.of(LIMITS.log()));
  }

  private void start(Namespaces namespaces) {
    hub = new Hub(Answering.AT_ONCE, LIMITS, namespaces);
  }

  private void restart(String pattern, Priority priority) {
    hub.close();
    start(TestSettings.prior(LIMITS.log(), pattern, priority));
  }

  @AfterEach
  void close() {
    hub.close();
  }

  /**
   * Somebody who is behind on these channels, by three publications of 19 bytes each, because its
   * socket is full with another's.
   */
  private Peer behind(String... channels) {
    Peer peer = hub.connect();
    peer.subscribe("s");
    for (String channel : channels) {
      peer.subscribe(channel);
    }
    peer.hear();
    peer.socket.stallAfter(0);
    hub.publish("s", "s0.");
    for (int i = 1; i <= 3; i++) {
      for (String channel : channels) {
        hub.publish(channel, channel + i + ".");
      }
    }
    return peer;
  }

  /** What comes if the socket takes one frame at a time. */
  private List<String> trickle(Peer peer, int times) {
    List<String> stream = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      peer.read(19);
      stream.addAll(peer.stream());
    }
    return stream;
  }

  @Test
  void aSocketThatTakesLittleAtATimeTakesOfEveryChannelInTurn() {
    Peer peer = behind("a", "b", "c");
    assertThat(trickle(peer, 10))
        .containsExactly("s0.", "a1.", "b1.", "c1.", "a2.", "b2.", "c2.", "a3.", "b3.", "c3.");
  }

  @Test
  void turnsAreKeptThoughEveryChannelGoesOn() {
    Peer peer = behind("a", "b", "c");
    List<String> stream = new ArrayList<>(trickle(peer, 1));
    for (int i = 0; i < 30; i++) {
      for (String channel : List.of("a", "b", "c")) {
        hub.publish(channel, channel + "x.");
      }
      stream.addAll(trickle(peer, 1));
    }
    for (String channel : List.of("a", "b", "c")) {
      assertThat(stream.stream().filter(text -> text.startsWith(channel))).hasSize(10);
    }
  }

  @Test
  void whatHasPriorityGoesFirstAndTheRestInTurn() {
    restart("c", Priority.HIGH);
    Peer peer = behind("a", "b", "c", "d");
    assertThat(trickle(peer, 9))
        .containsExactly("s0.", "c1.", "c2.", "c3.", "a1.", "b1.", "d1.", "a2.", "b2.");
  }

  @Test
  void whatCanWaitGoesLast() {
    restart("a", Priority.LOW);
    Peer peer = behind("b", "a", "c");
    assertThat(trickle(peer, 10))
        .containsExactly("s0.", "b1.", "c1.", "b2.", "c2.", "b3.", "c3.", "a1.", "a2.", "a3.");
  }

  @Test
  void ofWhatIsPublishedInOneTurnPriorityGoesFirstToo() {
    restart("z", Priority.CRITICAL);
    Peer peer = hub.connect();
    for (String channel : List.of("a", "b", "z")) {
      peer.subscribe(channel);
    }
    peer.hear();
    peer.socket.stallAfter(19);
    for (String channel : List.of("b", "a", "z")) {
      hub.append(channel, TestPayload.of(channel + "1."));
    }
    hub.settle();
    assertThat(peer.stream()).containsExactly("z1.");
    peer.read();
    assertThat(peer.stream()).containsExactly("b1.", "a1.");
  }

  @Test
  void aConnectionThatIsBehindOnManyChannelsTakesNoMoreTurnsThanOneThatIsOnOne() {
    hub.close();
    Limits limits = TestLimits.with(new Limits.Lane(MUCH, 256, 4, 1, 2, 64, 256, 16 << 20));
    hub = new Hub(Answering.AT_ONCE, limits);
    Peer one = behind("a");
    Peer many = behind("b", "c", "d", "e");
    for (Peer peer : List.of(many, one)) {
      peer.rig.makeRoom(peer.socket, Long.MAX_VALUE);
    }
    // What filled the sockets is over and done with first.
    hub.rig(0).turn(hub.time.now());
    one.socket.items();
    many.socket.items();
    for (int turn = 0; turn < 2; turn++) {
      hub.rig(0).turn(hub.time.now());
      assertThat(one.socket.items()).hasSize(1);
      assertThat(many.socket.items()).hasSize(1);
    }
  }

  @Test
  void whoHasNoCreditForItDoesNotKeepTheOthersWaiting() {
    Peer peer = hub.connect();
    peer.subscribe("a", new Credit(0, 1_000));
    peer.subscribe("b");
    peer.hear();
    peer.socket.stallAfter(0);
    hub.publish("b", "b1.");
    hub.publish("a", "a1.");
    hub.publish("b", "b2.");
    assertThat(trickle(peer, 2)).containsExactly("b1.", "b2.");
    peer.grant("a", 1, 0);
    assertThat(trickle(peer, 1)).containsExactly("a1.");
  }

  @Test
  void theLineOfAStuckSocketDoesNotGrowByUnsubscribingAndSubscribing() {
    Peer peer = behind("a", "b");
    for (int i = 0; i < 100; i++) {
      peer.unsubscribe("a", null);
      peer.subscribeSince("a", "e1", 0);
    }
    hub.settle();
    peer.read();
    assertThat(peer.stream()).filteredOn(text -> text.startsWith("a")).hasSize(3);
    assertThat(peer.session.line()).isNull();
  }

  // Control and data

  @Test
  void answersGoBeforeDataThatWaits() {
    Peer peer = behind("a");
    peer.publish("elsewhere", "own");
    peer.refresh("nobody's");
    peer.unsubscribe("never", null);
    peer.say(new Command.Ping(null));
    peer.subscribeSince("a", "e1", 0);
    peer.read();
    assertThat(peer.stream())
        .startsWith("s0.")
        .contains("unsubscribed", "already_subscribed", "invalid_token")
        .endsWith("a1.", "a2.", "a3.")
        .hasSize(9);
  }

  @Test
  void answersDoNotTearTheFrameThatWasBegun() {
    Peer peer = hub.connect();
    peer.subscribe("a");
    peer.hear();
    peer.socket.stallAfter(7);
    hub.publish("a", "a1.", "a2.");
    peer.say(new Command.Ping(null));
    peer.read();
    assertThat(peer.stream())
        .satisfiesExactly(
            first -> assertThat(first).isEqualTo("a1."),
            second -> assertThat(second).startsWith("pong"),
            third -> assertThat(third).isEqualTo("a2."));
  }

  @Test
  void aGapStandsBetweenWhatLiesBeforeItAndWhatFollows() {
    hub.close();
    hub = new Hub(Answering.AT_ONCE, TestLimits.with(TestLimits.logOf(2)));
    Peer peer = behind("a", "b");
    hub.publish("a", "a4.");
    peer.say(new Command.Ping(null));
    peer.read();
    List<String> stream = peer.stream();
    assertThat(stream.getFirst()).isEqualTo("s0.");
    assertThat(stream.get(1)).startsWith("pong");
    assertThat(stream.subList(2, stream.size()))
        .containsExactly("gap e2/1-2", "a3.", "a4.", "gap e3/1-1", "b2.", "b3.");
  }

  @Test
  void subscribedAndUnsubscribedStandAtTheirPlaceThoughDataWaits() {
    Peer peer = behind("a");
    hub.connect().subscribe("a");
    hub.settle();
    peer.unsubscribe("a", null);
    hub.publish("a", "a4.");
    peer.subscribe("a");
    hub.publish("a", "a5.");
    peer.read();
    assertThat(peer.stream()).containsExactly("s0.", "unsubscribed", "subscribed at e2/4", "a5.");
  }

  @Test
  void aPositionStandsBehindWhatItCovers() {
    Peer peer = hub.connect();
    peer.follow("a", TestPayload.filter("colour", "red"));
    peer.hear();
    peer.socket.stallAfter(0);
    hub.publish("a", TestPayload.of("a1.").with("colour", "red"));
    hub.publish("a", TestPayload.of("a2.").with("colour", "red"));
    hub.publish("a", "a3.");
    peer.say(new Command.Ping(null));
    peer.read();
    assertThat(peer.stream())
        .filteredOn(text -> !text.startsWith("pong"))
        .containsExactly("a1.", "a2.", "position e1/3");
  }
}
