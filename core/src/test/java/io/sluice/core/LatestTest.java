package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Credit;
import io.sluice.model.Filter;
import io.sluice.model.GapReason;
import io.sluice.model.Limits;
import io.sluice.model.Policy;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who wants the newest publication of each key. */
class LatestTest {
  private static final Filter RED = TestPayload.filter("colour", "red");
  private static final Filter ROUND = TestPayload.filter("shape", "round");

  /** What one publication of {@code k 1} costs. */
  private static final int COST = 14;

  private Hub hub;

  @BeforeEach
  void open() {
    start(TestLimits.DEFAULTS, 1_000);
  }

  private void start(Limits limits, int keys) {
    hub =
        new Hub(
            Answering.AT_ONCE,
            limits,
            TestSettings.everywhere(limits.log(), TestSettings.latestKeys(keys)));
  }

  private void restart(Limits limits, int keys) {
    hub.close();
    start(limits, keys);
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private Peer subscriber(String conflateBy, Filter filter, Credit credit) {
    Peer peer = hub.connect();
    peer.subscribe("c", Policy.LATEST, conflateBy, filter, credit);
    peer.hear();
    return peer;
  }

  private Peer withoutCredit() {
    return subscriber(null, null, new Credit(0, 1_000_000));
  }

  private void publishEach(String... keyed) {
    for (String one : keyed) {
      hub.publishKeyed("c", one);
    }
  }

  private void grant(Peer peer, int messages) {
    peer.grant("c", messages, 0);
    hub.settle();
  }

  // What comes

  @Test
  void whoResumesGetsTheNewestOfEachKeyInTheOrderOfOffsetsAndIsToldHowManyItWasSpared() {
    Peer peer = withoutCredit();
    publishEach("a 1", "b 2", "a 3", "c 4", "b 5", "a 6");
    assertThat(peer.stream()).isEmpty();
    grant(peer, 10);
    assertThat(peer.stream()).containsExactly("c 4", "b 5", "a 6", "position e1/6 conflated 3");
    assertThat(hub.meter.conflations()).isEqualTo(3);
  }

  @Test
  void whoWasSparedNothingIsToldNothing() {
    Peer peer = withoutCredit();
    publishEach("a 1", "b 2");
    grant(peer, 10);
    assertThat(peer.stream()).containsExactly("a 1", "b 2");
  }

  @Test
  void whatHasNoKeyIsAThingOfItsOwn() {
    Peer peer = withoutCredit();
    hub.publish("c", "1", "2", "3");
    publishEach("a 4", "a 5");
    grant(peer, 10);
    assertThat(peer.stream()).containsExactly("1", "2", "3", "a 5", "position e1/5 conflated 1");
  }

  @Test
  void whoIsAtTheHeadAgainGetsEverythingAsItComes() {
    Peer peer = withoutCredit();
    publishEach("a 1", "a 2");
    grant(peer, 10);
    publishEach("a 3");
    hub.publishKeyed("c", "a 4", "a 5");
    assertThat(peer.stream())
        .containsExactly("a 2", "position e1/2 conflated 1", "a 3", "a 4", "a 5");
  }

  @Test
  void aFieldOfTheDataMayStandForTheKey() {
    Peer peer = subscriber("id", null, new Credit(0, 1_000));
    hub.publish(
        "c",
        TestPayload.of("1").with("id", "x"),
        TestPayload.of("2").with("id", "y"),
        TestPayload.of("3"),
        TestPayload.of("4").with("id", "x"),
        TestPayload.of("5"));
    publishEach("a 6", "a 7");
    grant(peer, 10);
    assertThat(peer.stream())
        .containsExactly("2", "3", "4", "5", "a 6", "a 7", "position e1/7 conflated 1");
  }

  @Test
  void aValueLongerThanAKeyMayBeIsConflatedWithNothing() {
    Peer peer = subscriber("id", null, new Credit(0, 1_000));
    hub.publish(
        "c",
        TestPayload.of("1").with("id", "x".repeat(129)),
        TestPayload.of("2").with("id", "x".repeat(129)),
        TestPayload.of("3").with("id", "x".repeat(128)),
        TestPayload.of("4").with("id", "x".repeat(128)));
    grant(peer, 10);
    assertThat(peer.stream()).containsExactly("1", "2", "4", "position e1/4 conflated 1");
  }

  @Test
  void onlyWhatPassesTheFiltersIsNewerAndOnlyThatIsCounted() {
    Peer peer = subscriber("id", RED, new Credit(0, 1_000));
    hub.publish(
        "c",
        TestPayload.of("1").with("id", "x").with("colour", "red"),
        TestPayload.of("2").with("id", "y").with("colour", "red"),
        TestPayload.of("3").with("id", "x").with("colour", "blue"),
        TestPayload.of("4").with("id", "y").with("colour", "red"),
        TestPayload.of("5").with("id", "y").with("colour", "blue"));
    grant(peer, 10);
    assertThat(peer.stream()).containsExactly("1", "4", "position e1/5 conflated 1");
  }

  // Little by little

  @Test
  void eachMessageOfCreditBringsWhatIsNewestByThen() {
    Peer peer = withoutCredit();
    publishEach("a 1", "b 2");
    grant(peer, 1);
    assertThat(peer.stream()).containsExactly("a 1");
    publishEach("b 3", "a 4", "b 5");
    grant(peer, 1);
    assertThat(peer.stream()).containsExactly("a 4");
    publishEach("a 6", "c 7");
    grant(peer, 1);
    assertThat(peer.stream()).containsExactly("b 5");
    publishEach("c 8");
    grant(peer, 2);
    assertThat(peer.stream()).containsExactly("a 6", "c 8", "position e1/8 conflated 3");
    assertThat(hub.meter.conflations()).isEqualTo(3);
  }

  @Test
  void creditInBytesLetsOneMessageStart() {
    Peer peer = subscriber(null, null, new Credit(100, 0));
    publishEach("a 1", "a 2", "b 3");
    peer.grant("c", 0, 1);
    assertThat(peer.stream()).containsExactly("a 2");
    peer.grant("c", 0, COST);
    assertThat(peer.stream()).containsExactly("b 3", "position e1/3 conflated 1");
  }

  @Test
  void aFrameThatWasBegunIsFinishedAndWhatIsNewestByThenFollows() {
    Peer peer = withoutCredit();
    publishEach("a 1", "b 2", "a 3", "c 4", "d 5");
    peer.socket.stallAfter(COST + 5 + 7);
    grant(peer, 100);
    publishEach("d 6", "b 7");
    peer.read();
    assertThat(peer.stream())
        .containsExactly("b 2", "a 3", "c 4", "d 6", "b 7", "position e1/7 conflated 2");
  }

  @Test
  void aFanOutThatFallsShortIsTheBeginningOfBeingBehind() {
    Peer peer = subscriber(null, null, null);
    peer.socket.stallAfter(COST + 5 + 7);
    hub.publishKeyed("c", "a 1", "a 2", "a 3", "b 4", "a 5");
    publishEach("b 6");
    peer.read();
    assertThat(peer.stream())
        .containsExactly("a 1", "a 2", "a 5", "b 6", "position e1/6 conflated 2");
  }

  @Test
  void whoIsSlowerThanItsPublishersIsNeverFurtherBehindThanTheKeys() {
    Peer peer = withoutCredit();
    for (int i = 0; i < 300; i++) {
      publishEach("k" + i % 3 + " " + i);
      if (i % 10 == 9) {
        grant(peer, 1);
        assertThat(peer.stream()).singleElement().isEqualTo("k" + (i - 2) % 3 + " " + (i - 2));
      }
    }
  }

  // What was lost

  @Test
  void whatWasEvictedIsNoLossIfSomethingNewerHadTakenItsPlace() {
    restart(TestLimits.with(TestLimits.logOf(3)), 1_000);
    Peer peer = withoutCredit();
    publishEach("a 1", "b 2", "a 3", "b 4", "a 5", "b 6");
    grant(peer, 10);
    assertThat(peer.stream()).containsExactly("a 5", "b 6", "position e1/6 conflated 4");
    assertThat(hub.meter.gaps(GapReason.EVICTED)).isZero();
  }

  @Test
  void whatWasEvictedAndIsTheNewestOfItsKeyIsNamedExactly() {
    restart(TestLimits.with(TestLimits.logOf(3)), 1_000);
    Peer peer = withoutCredit();
    publishEach("a 1", "x 2", "a 3", "y 4", "a 5", "a 6", "b 7", "a 8");
    grant(peer, 10);
    assertThat(peer.stream())
        .containsExactly("gap e1/2-4", "b 7", "a 8", "position e1/8 conflated 3");
    assertThat(hub.meter.gaps(GapReason.EVICTED)).isEqualTo(1);
    assertThat(hub.meter.conflations()).isEqualTo(3);
  }

  @Test
  void whatIsTooOldIsLostLikeWhatIsTooMuch() {
    Peer peer = withoutCredit();
    publishEach("a 1", "b 2", "a 3");
    hub.time.advance(Duration.ofMinutes(6));
    hub.memory.tick(hub.time.now());
    grant(peer, 10);
    assertThat(peer.stream()).containsExactly("gap e1/2-2", "a 3", "position e1/3 conflated 1");
  }

  @Test
  void ofTooManyKeysThoseThatChangedLastComeAndTheRestIsNamed() {
    restart(TestLimits.DEFAULTS, 2);
    Peer peer = withoutCredit();
    publishEach("a 1", "b 2", "c 3", "d 4", "c 5");
    grant(peer, 10);
    assertThat(peer.stream())
        .containsExactly("gap e1/1-2 keys", "d 4", "c 5", "position e1/5 conflated 1");
    assertThat(hub.meter.gaps(GapReason.KEYS)).isEqualTo(1);
  }

  @Test
  void asManyKeysAsThereMayBeAreNoLoss() {
    restart(TestLimits.DEFAULTS, 3);
    Peer peer = withoutCredit();
    publishEach("a 1", "b 2", "c 3", "a 4", "b 5");
    grant(peer, 10);
    assertThat(peer.stream()).containsExactly("c 3", "a 4", "b 5", "position e1/5 conflated 2");
  }

  @Test
  void gapIsSaidOnceAndWhatFollowsIsCountedFromThere() {
    restart(TestLimits.DEFAULTS, 2);
    Peer peer = withoutCredit();
    publishEach("a 1", "b 2", "c 3");
    grant(peer, 1);
    assertThat(peer.stream()).containsExactly("gap e1/1-1 keys", "b 2");
    publishEach("c 4", "d 5", "d 6");
    grant(peer, 10);
    assertThat(peer.stream()).containsExactly("c 4", "d 6", "position e1/6 conflated 2");
  }

  // From elsewhere

  @Test
  void whoReturnsWithSinceGetsTheNewestOfEachKeySinceThen() {
    publishEach("a 1", "b 2", "a 3", "b 4", "c 5", "a 6");
    Peer peer = hub.connect();
    peer.subscribeSince("c", Policy.LATEST, "e1", 2);
    assertThat(peer.stream())
        .containsExactly(
            "subscribed at e1/2, recovered, latest",
            "b 4",
            "c 5",
            "a 6",
            "position e1/6 conflated 1");
  }

  @Test
  void whoReturnsToATableOfOthersIsCountedFromItsOwnPlace() {
    Peer parked = withoutCredit();
    publishEach("a 1", "a 2", "b 3", "a 4", "a 5");
    Peer peer = hub.connect();
    peer.subscribeSince("c", Policy.LATEST, "e1", 1);
    assertThat(peer.stream())
        .containsExactly(
            "subscribed at e1/1, recovered, latest", "b 3", "a 5", "position e1/5 conflated 2");
    grant(parked, 10);
    assertThat(parked.stream()).containsExactly("b 3", "a 5", "position e1/5 conflated 3");
  }

  @Test
  void whoReturnsToBeforeTheTableOfOthersMakesItLonger() {
    hub.connect().subscribe("c");
    publishEach("a 1", "b 2", "a 3");
    Peer parked = withoutCredit();
    publishEach("b 4", "c 5");
    Peer peer = hub.connect();
    peer.subscribeSince("c", Policy.LATEST, "e1", 0);
    assertThat(peer.stream())
        .containsExactly(
            "subscribed at e1/0, recovered, latest",
            "a 3",
            "b 4",
            "c 5",
            "position e1/5 conflated 2");
    grant(parked, 10);
    assertThat(parked.stream()).containsExactly("b 4", "c 5");
  }

  @Test
  void whoReturnsWithTooManyKeysGetsThoseThatChangedLast() {
    restart(TestLimits.DEFAULTS, 2);
    publishEach("a 1", "b 2", "a 3", "c 4", "c 5");
    Peer peer = hub.connect();
    peer.subscribeSince("c", Policy.LATEST, "e1", 0);
    assertThat(peer.stream())
        .containsExactly(
            "subscribed at e1/0, recovered, latest",
            "gap e1/1-2 keys",
            "a 3",
            "c 5",
            "position e1/5 conflated 1");
  }

  @Test
  void sinceAnotherEpochOrBeforeTheLogIsAGapAndWhatIsThere() {
    restart(TestLimits.with(TestLimits.logOf(3)), 1_000);
    publishEach("a 1", "a 2", "b 3", "a 4", "a 5");
    Peer other = hub.connect();
    other.subscribeSince("c", Policy.LATEST, "another", 9);
    Peer early = hub.connect();
    early.subscribeSince("c", Policy.LATEST, "e1", 1);
    assertThat(other.stream())
        .containsExactly(
            "subscribed at e1/0, latest", "gap e1/1-2", "b 3", "a 5", "position e1/5 conflated 1");
    assertThat(early.stream())
        .containsExactly(
            "subscribed at e1/1, latest", "gap e1/2-2", "b 3", "a 5", "position e1/5 conflated 1");
  }

  @Test
  void filtersThatChangeWhileItIsBehindCountFromWhereItStands() {
    Peer peer = subscriber("id", RED, new Credit(0, 1_000));
    TestPayload[] both = {
      TestPayload.of("1").with("id", "x").with("colour", "red"),
      TestPayload.of("2").with("id", "y").with("shape", "round"),
      TestPayload.of("3").with("id", "x").with("shape", "round"),
      TestPayload.of("4").with("id", "y").with("colour", "red"),
    };
    hub.publish("c", both);
    peer.subscribe("c", ROUND);
    hub.settle();
    hub.publish("c", TestPayload.of("5").with("id", "x").with("shape", "round"));
    grant(peer, 10);
    assertThat(peer.stream())
        .containsExactly("subscribed at e1/0, latest", "4", "5", "position e1/5 conflated 3");
  }

  @Test
  void whatWasEvictedBeforeItsFiltersChangedIsNotKnownToBeConflated() {
    restart(TestLimits.with(TestLimits.logOf(2)), 1_000);
    Peer peer = subscriber("id", RED, new Credit(0, 1_000));
    for (int i = 1; i <= 4; i++) {
      hub.publish("c", TestPayload.of("p" + i).with("id", "x").with("colour", "red"));
    }
    peer.subscribe("c", ROUND);
    grant(peer, 10);
    assertThat(peer.stream())
        .containsExactly(
            "subscribed at e1/0, latest", "gap e1/1-2", "p4", "position e1/4 conflated 1");
  }

  @Test
  void laneThatWasSlowerThanTheLogsBoundsNamesWhatNobodyHasSeen() {
    restart(TestLimits.with(TestLimits.logOf(2)), 1_000);
    Peer peer = withoutCredit();
    publishEach("a 1", "b 2");
    hub.publishKeyed("c", "a 3", "a 4", "a 5", "a 6");
    grant(peer, 10);
    assertThat(peer.stream()).containsExactly("gap e1/1-4", "a 6", "position e1/6 conflated 1");
  }

  // Where it stands

  @Test
  void positionIsToldThoughFiltersLetNothingPass() {
    Peer peer = hub.connect();
    peer.subscribeSince("c", Policy.LATEST, "e1", 0);
    peer.subscribe("c", RED);
    peer.hear();
    peer.socket.stallAfter(0);
    hub.publish("c", TestPayload.of("1").with("colour", "red"));
    hub.publish("c", "2", "3");
    peer.read();
    assertThat(peer.stream()).containsExactly("1", "position e1/3");
    hub.publish("c", "4");
    peer.session.heard();
    hub.pass(TestLimits.DEFAULTS.session().heartbeat());
    assertThat(peer.stream()).contains("position e1/4");
  }

  @Test
  void whoHasNoCreditAndIsOwedNothingStandsAtTheHead() {
    Peer peer = hub.connect();
    peer.subscribeSince("c", Policy.LATEST, "e1", 0);
    peer.unsubscribe("c", null);
    peer.subscribe("c", Policy.LATEST, null, RED, new Credit(0, 1_000));
    peer.hear();
    hub.publish("c", "1", "2");
    assertThat(peer.session.cursor(Hub.channel("c")).isParked()).isFalse();
    hub.publish("c", TestPayload.of("3").with("colour", "red"));
    assertThat(peer.session.cursor(Hub.channel("c")).isParked()).isTrue();
  }

  // How much is kept

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
