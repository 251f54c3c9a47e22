package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Credit;
import io.sluice.model.GapReason;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who wants the newest publication of each key: what it gets, and what it is told. */
class LatestTest extends LatestHouse {
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
}
