package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.model.Credit;
import io.sluice.model.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A channel whose publications make up a state, which somebody keeps. */
class StateTest {
  private static final Credit NONE = new Credit(0, 1_000_000);

  private Hub hub;
  private Board board;

  @BeforeEach
  void open() {
    hub = new Hub(Answering.AT_ONCE);
    board = new Board(hub);
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private Peer reader(Credit credit) {
    Peer peer = hub.connect();
    peer.subscribe(Board.CHANNEL, Policy.LATEST, credit);
    return peer;
  }

  private Peer stalled() {
    Peer peer = reader(NONE);
    peer.hear();
    return peer;
  }

  private void grant(Peer peer, int messages) {
    peer.grant(Board.CHANNEL, messages, 0);
  }

  // What comes

  @Test
  void whoComesGetsAllThatHoldsAndThenWhatChangesAsItDoes() {
    board.set("a", "1");
    board.set("b", "1");
    board.set("a", "2");
    Peer peer = reader(null);
    assertThat(peer.stream()).containsExactly("subscribed at e1/0, latest", "a=2 b=1");
    board.set("b", "2");
    assertThat(peer.stream()).containsExactly("b=2");
  }

  @Test
  void whereNothingHasHappenedYetNothingIsSaid() {
    Peer peer = reader(null);
    assertThat(peer.stream()).containsExactly("subscribed at e1/0, latest");
    board.set("a", "1");
    assertThat(peer.stream()).containsExactly("a=1");
  }

  @Test
  void whoWasAwayGetsWhatChangedInOneAndIsToldHowManyItWasSpared() {
    Peer peer = stalled();
    grant(peer, 1);
    board.set("a", "1");
    assertThat(peer.stream()).containsExactly("a=1");
    for (int i = 2; i <= 5; i++) {
      board.set("a", "" + i);
      board.set("b", "" + i);
    }
    assertThat(peer.stream()).isEmpty();
    grant(peer, 1);
    assertThat(peer.stream()).containsExactly("a=5 b=5", "position e1/9 conflated 7");
    assertThat(hub.meter.conflations()).isEqualTo(7);
    grant(peer, 9);
    board.set("c", "1");
    assertThat(peer.stream()).containsExactly("c=1");
  }

  @Test
  void whatHasLeftTheLogIsNoLoss() {
    board.set("first", "1");
    Peer peer = stalled();
    grant(peer, 1);
    assertThat(peer.stream()).containsExactly("first=1");
    for (int i = 0; i < 3 * TestLimits.DEFAULTS.log().messages(); i++) {
      board.set("a" + i % 3, "" + i);
    }
    grant(peer, 1);
    assertThat(peer.stream()).hasSize(2).first().asString().matches("a0=\\d+ a1=\\d+ a2=\\d+");
  }

  @Test
  void whoseSocketIsFullGetsTheNewestWhenItReads() {
    Peer peer = reader(null);
    peer.hear();
    board.set("a", "1");
    assertThat(peer.stream()).containsExactly("a=1");
    peer.socket.stallAfter(0);
    for (int i = 2; i < 50; i++) {
      board.set("a", "" + i);
    }
    peer.read();
    assertThat(peer.stream().getLast()).startsWith("position e1/49 conflated");
    board.set("a", "50");
    assertThat(peer.stream()).containsExactly("a=50");
  }

  @Test
  void whoReturnsGetsWhatChangedSince() {
    board.set("a", "1");
    board.set("b", "1");
    board.set("b", "2");
    Peer peer = hub.connect();
    peer.subscribeSince(Board.CHANNEL, Policy.LATEST, "e1", 2);
    assertThat(peer.stream()).containsExactly("subscribed at e1/2, recovered, latest", "b=2");
  }

  @Test
  void whoReturnsToAnotherEpochGetsAll() {
    board.set("a", "1");
    Peer peer = hub.connect();
    peer.subscribeSince(Board.CHANNEL, Policy.LATEST, "old", 700);
    assertThat(peer.stream()).containsExactly("subscribed at e1/0, latest", "a=1");
  }

  @Test
  void whoWantsEveryPublicationGetsThemAsOfAnyChannel() {
    board.set("a", "1");
    Peer peer = hub.connect();
    peer.subscribe(Board.CHANNEL, Policy.LOSSLESS, NONE);
    peer.hear();
    board.set("a", "2");
    board.set("a", "3");
    grant(peer, 5);
    assertThat(peer.stream()).containsExactly("a=2", "a=3");
  }

  @Test
  void ofAStateNoFilterFindsAField() {
    board.set("a", "1");
    Peer peer = hub.connect();
    peer.subscribe(Board.CHANNEL, Policy.LATEST, null, TestPayload.filter("colour", "red"), null);
    assertThat(peer.stream()).containsExactly("subscribed at e1/0, latest");
    hub.publish(Board.CHANNEL, TestPayload.of("b=1").with("colour", "red"));
    assertThat(peer.stream()).containsExactly("b=1");
  }

  // Who keeps it

  @Test
  void whatItHasNotHeardOfYetComesFromTheLog() {
    Peer peer = stalled();
    board.set("a", "1");
    board.hearNothing();
    board.set("b", "2");
    board.set("c", "3");
    grant(peer, 5);
    assertThat(peer.stream()).containsExactly("a=1", "b=2", "c=3");
    board.hearAll();
    board.set("d", "4");
    assertThat(peer.stream()).containsExactly("d=4");
  }

  @Test
  void whatManyMissedIsAskedForAndEncodedOnce() {
    List<Peer> peers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      peers.add(stalled());
    }
    board.set("a", "1");
    board.set("a", "2");
    int asked = board.asked;
    int encoded = hub.form.encodes();
    peers.forEach(peer -> grant(peer, 1));
    peers.forEach(peer -> assertThat(peer.stream()).contains("a=2"));
    assertThat(board.asked - asked).isEqualTo(1);
    assertThat(hub.form.encodes() - encoded).isEqualTo(1);
  }

  @Test
  void whoAsksLaterGetsWhatIsNewestByThen() {
    Peer early = stalled();
    Peer late = stalled();
    board.set("a", "1");
    grant(early, 1);
    assertThat(early.stream()).containsExactly("a=1");
    board.set("b", "2");
    grant(late, 5);
    assertThat(late.stream()).containsExactly("a=1 b=2");
  }

  @Test
  void whatWasNotKnownYetIsAskedForAgain() {
    Peer early = stalled();
    Peer late = stalled();
    board.set("a", "1");
    board.hearNothing();
    board.set("a", "2");
    grant(early, 5);
    assertThat(early.stream()).containsExactly("a=1", "a=2");
    board.hearAll();
    grant(late, 5);
    assertThat(late.stream()).containsExactly("a=2");
  }

  @Test
  void whatIsPublishedWhileItIsAskedComesOnceToEverybody() {
    Peer prompt = reader(null);
    Peer slow = stalled();
    board.set("a", "1");
    assertThat(prompt.stream()).endsWith("a=1");
    board.meanwhile = () -> board.append("b", "2");
    grant(slow, 5);
    assertThat(slow.stream()).containsExactly("a=1 b=2");
    assertThat(prompt.stream()).containsExactly("b=2");
    board.set("c", "3");
    assertThat(slow.stream()).containsExactly("c=3");
  }

  @Test
  void aStateIsKeptByOne() {
    assertThatThrownBy(() -> new Board(hub)).isInstanceOf(IllegalStateException.class);
    hub.memory.keepNoMore(Hub.channel(Board.CHANNEL), hub.time.now());
    assertThat(new Board(hub)).isNotNull();
  }

  @Test
  void whatIsKeptStaysThoughNobodyReadsIt() {
    board.set("a", "1");
    hub.pass(Duration.ofHours(1));
    assertThat(hub.memory.head(Hub.channel(Board.CHANNEL))).isNotNull();
    hub.memory.keepNoMore(Hub.channel(Board.CHANNEL), hub.time.now());
    hub.pass(Duration.ofHours(1));
    assertThat(hub.memory.head(Hub.channel(Board.CHANNEL))).isNull();
  }

  @Test
  void whoCameBeforeItWasKeptGoesOnAsItBegan() {
    hub.memory.keepNoMore(Hub.channel(Board.CHANNEL), hub.time.now());
    Peer peer = stalled();
    board = new Board(hub);
    board.set("a", "1");
    board.set("a", "2");
    grant(peer, 5);
    assertThat(peer.stream()).containsExactly("a=1", "a=2");
  }

  // All of it at random

  @Test
  void whateverHappensEachHasInTheEndWhatHolds() {
    Seeds.forEach(300, this::play);
  }

  private void play(long seed) {
    hub.close();
    open();
    Random random = new Random(seed);
    List<Onlooking> all = new ArrayList<>();
    for (int step = 0; step < 200; step++) {
      switch (random.nextInt(8)) {
        case 0 -> all.add(new Onlooking(random.nextBoolean(), random.nextInt(2)));
        case 1 -> hub.tick();
        case 2 -> board.hearNothing();
        case 3 -> board.hearAll();
        default -> board.append("k" + random.nextInt(5), "" + step);
      }
      if (!all.isEmpty()) {
        all.get(random.nextInt(all.size())).act(random);
      }
      if (random.nextInt(3) > 0) {
        hub.settle();
      }
    }
    board.hearAll();
    for (Onlooking one : all) {
      assertThat(one.inTheEnd()).as("one of %d", all.size()).isEqualTo(board.values());
    }
  }

  /** One that reads now and then, and what it has seen. Owned by its run. */
  private final class Onlooking {
    private final Peer peer;
    private final boolean metered;
    private final Map<String, String> seen = new TreeMap<>();

    Onlooking(boolean metered, int lane) {
      this.metered = metered;
      this.peer = hub.connect(lane);
      peer.subscribe(Board.CHANNEL, Policy.LATEST, metered ? NONE : null);
    }

    void act(Random random) {
      switch (random.nextInt(4)) {
        case 0 -> peer.socket.stallAfter(0);
        case 1 -> peer.read(random.nextInt(40));
        case 2 -> grant(peer, metered ? random.nextInt(3) : 0);
        default -> hear();
      }
    }

    void hear() {
      for (String heard : peer.stream()) {
        if (heard.contains("=")) {
          for (String value : heard.split(" ")) {
            seen.put(
                value.substring(0, value.indexOf('=')), value.substring(value.indexOf('=') + 1));
          }
        }
      }
    }

    Map<String, String> inTheEnd() {
      peer.read();
      grant(peer, metered ? 1_000_000 : 0);
      hear();
      return seen;
    }
  }
}
