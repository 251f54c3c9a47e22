package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Credit;
import io.sluice.model.Limits;
import io.sluice.model.Policy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What it takes to know the newest of each key for those who are behind. */
class LatestTablesTest extends LatestHouse {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void tablesThatHadToBeForgottenAreMadeAgainFromTheLog(int tables) {
    restart(
        TestLimits.with(new Limits.Lane(1 << 20, 2, 4, 1 << 20, 1, 64, tables, 16 << 20)), 1_000);
    String[] fields = {"x", "y", "z"};
    Peer[] peers = new Peer[3];
    for (int i = 0; i < 3; i++) {
      peers[i] = subscriber(fields[i], null, new Credit(0, 1_000_000));
    }
    for (int p = 0; p < 20; p++) {
      hub.publish(
          "c", TestPayload.of("p" + p).with("x", "1").with("y", "" + p % 2).with("z", "" + p % 3));
    }
    assertThat(hub.rig(0).lane.shelf().size()).isEqualTo(tables);
    for (Peer peer : peers) {
      peer.grant("c", 100, 0);
    }
    assertThat(peers[0].stream()).containsExactly("p19", "position e1/20 conflated 19");
    assertThat(peers[1].stream()).containsExactly("p18", "p19", "position e1/20 conflated 18");
    assertThat(peers[2].stream())
        .containsExactly("p17", "p18", "p19", "position e1/20 conflated 17");
    assertThat(hub.rig(0).lane.shelf().size()).isZero();
  }

  @Test
  void tableThatIsMadeAgainNamesWhatTheLogHasLostMeanwhile() {
    Limits one = TestLimits.with(new Limits.Lane(1 << 20, 2, 4, 1 << 20, 1, 64, 1, 16 << 20));
    Limits.Log log = TestLimits.logOf(3);
    restart(
        new Limits(
            log,
            one.hub(),
            one.session(),
            one.lane(),
            one.socket(),
            one.http(),
            one.connections(),
            one.json(),
            one.token(),
            one.presence()),
        1_000);
    Peer first = withoutCredit();
    publishEach("a 1");
    Peer second = subscriber("x", null, new Credit(0, 1_000));
    publishEach("a 2", "a 3", "a 4", "a 5");
    grant(first, 10);
    assertThat(first.stream()).containsExactly("gap e1/1-2", "a 5", "position e1/5 conflated 2");
    grant(second, 10);
    assertThat(second.stream()).containsExactly("gap e1/2-2", "a 3", "a 4", "a 5");
  }

  @Test
  void oneTableServesAllWithTheSameFiltersAndIsGoneWithTheLastOfThem() {
    Peer[] peers = new Peer[50];
    for (int i = 0; i < peers.length; i++) {
      peers[i] = withoutCredit();
    }
    publishEach("a 1");
    ConflationShelf shelf = hub.rig(0).lane.shelf();
    assertThat(shelf.size()).isEqualTo(1);
    for (int i = 1; i < peers.length; i++) {
      peers[i].leave();
    }
    assertThat(shelf.size()).isEqualTo(1);
    peers[0].unsubscribe("c", null);
    assertThat(shelf.size()).isZero();
  }

  @Test
  void tablesAreForWhoIsBehind() {
    Peer peer = subscriber(null, null, null);
    ConflationShelf shelf = hub.rig(0).lane.shelf();
    publishEach("a 1", "a 2");
    assertThat(shelf.size()).isZero();
    peer.socket.stallAfter(0);
    publishEach("a 3");
    assertThat(shelf.size()).isEqualTo(1);
    peer.read();
    assertThat(shelf.size()).isZero();
  }

  @Test
  void filtersOfATableAreAskedOncePerPublicationHoweverManyItServes() {
    Peer[] peers = new Peer[50];
    for (int i = 0; i < peers.length; i++) {
      peers[i] = subscriber(null, RED, new Credit(0, 1_000));
    }
    hub.publish("c", TestPayload.of("1").with("colour", "red"));
    TestPayload second = TestPayload.of("2").with("colour", "red");
    hub.publish("c", second);
    // Once for the roster, once for the table.
    assertThat(second.questions()).isEqualTo(2);
    assertThat(second.reads()).isEqualTo(1);
  }

  @Test
  void othersAreServedWhileATableIsMadeFromALongLog() {
    restart(TestLimits.with(new Limits.Lane(1 << 20, 4, 4, 1 << 20, 1, 64, 256, 16 << 20)), 1_000);
    hub.connect().subscribe("c");
    hub.settle();
    for (int i = 0; i < 100; i++) {
      hub.publishKeyed("c", "a " + i);
    }
    Peer latest = hub.connect();
    Peer lossless = hub.connect();
    latest.subscribeSince("c", Policy.LATEST, "e1", 0);
    lossless.subscribeSince("c", "e1", 96);
    hub.rig(0).turn(hub.time.now());
    hub.rig(0).turn(hub.time.now());
    assertThat(lossless.socket.items()).hasSize(5);
    assertThat(latest.socket.items()).hasSize(1);
    assertThat(latest.stream()).containsExactly("a 99", "position e1/100 conflated 99");
  }

  @Test
  void tableGrowsAtTheHeadWhileItIsMadeSoThatPublishersNeverOutrunIt() {
    restart(TestLimits.with(new Limits.Lane(1 << 20, 2, 64, 1 << 20, 1, 64, 256, 16 << 20)), 1_000);
    hub.connect().subscribe("c");
    hub.settle();
    for (int i = 0; i < 20; i++) {
      hub.publishKeyed("c", "a " + i);
    }
    Peer peer = hub.connect();
    peer.subscribeSince("c", Policy.LATEST, "e1", 0);
    for (int turn = 0; turn < 12; turn++) {
      hub.appendKeyed("c", "b 1", "b 2", "b 3", "b 4", "b 5", "b 6");
      hub.rig(0).turn(hub.time.now());
    }
    assertThat(peer.socket.items().stream().filter(FakeSocket.Data.class::isInstance)).isNotEmpty();
  }
}
