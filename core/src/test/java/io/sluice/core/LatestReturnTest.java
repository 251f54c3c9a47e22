package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Credit;
import io.sluice.model.Policy;
import org.junit.jupiter.api.Test;

/** Who wants the newest of each key and was not there all the time, and where it stands then. */
class LatestReturnTest extends LatestHouse {
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
}
