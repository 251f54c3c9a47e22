package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.log.Log;
import io.sluice.core.log.Signal;
import io.sluice.core.presence.Presence;
import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.CloseReason;
import io.sluice.model.Grants;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Present;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is subscribed, as it is asked for and as it is watched. */
class PresenceTest {
  private Hub hub = new Hub(Answering.AT_ONCE);

  @AfterEach
  void close() {
    hub.close();
  }

  private Peer connect(int lane, String user) {
    return hub.connect(lane, user, Grants.ALL, Long.MAX_VALUE);
  }

  private Peer subscriber(int lane, String user, String channel) {
    Peer peer = connect(lane, user);
    peer.subscribe(channel);
    peer.hear();
    return peer;
  }

  private void limit(int memberships, int users, int changes) {
    hub.close();
    Limits limits = TestLimits.with(new Limits.Presence(memberships, users, changes));
    hub = new Hub(Answering.AT_ONCE, limits);
  }

  @Test
  void usersStandInOrderOfJoiningWithTheirConnections() {
    Peer bob = subscriber(0, "bob", "c");
    subscriber(1, "ada", "c");
    subscriber(1, "bob", "c");
    subscriber(1, "eve", "other");
    bob.askWho("c");
    assertThat(bob.stream()).containsExactly("presence of 2 bob×2 ada×1");
  }

  @Test
  void whoAsksNeedNotBeSubscribedButMustBeAllowedTo() {
    Grants grants = new Grants(List.of(), List.of(new ChannelPattern("mine")));
    Peer peer = hub.connect(0, "ada", grants, Long.MAX_VALUE);
    peer.askWho("mine");
    assertThat(peer.stream()).containsExactly("presence of 0");
    peer.askWho("other");
    assertThat(peer.stream()).containsExactly("forbidden");
  }

  @Test
  void watcherGetsTheListAndThenEveryUsersFirstComingAndLastGoing() {
    subscriber(0, "ada", "c");
    Peer watcher = connect(1, "eve");
    watcher.watch("c");
    assertThat(watcher.stream()).containsExactly("subscribed at e1/0", "presence of 2 ada×1 eve×1");
    Peer bob = subscriber(0, "bob", "c");
    Peer again = subscriber(1, "bob", "c");
    assertThat(watcher.stream()).containsExactly("+bob");
    bob.unsubscribe("c", null);
    bob.hear();
    assertThat(watcher.stream()).isEmpty();
    again.leave();
    assertThat(watcher.stream()).containsExactly("-bob");
  }

  @Test
  void whateverEndsASubscriptionEndsThePresence() {
    Peer watcher = connect(0, "eve");
    watcher.watch("c");
    watcher.hear();
    Peer brief = hub.connect(1, "brief", Grants.ALL, hub.time.now().epochMillis() + 5_000);
    brief.subscribe("c");
    subscriber(1, "idle", "c");
    subscriber(1, "thrown", "c");
    watcher.hear();
    hub.pass(Duration.ofSeconds(5));
    assertThat(watcher.stream()).contains("-brief");
    hub.switchboard.disconnect(new Whom.User("thrown"), CloseReason.DISCONNECTED, n -> {});
    assertThat(watcher.stream()).containsExactly("-thrown");
    for (int i = 0; i < 61; i++) {
      watcher.session.heard();
      hub.pass(Duration.ofSeconds(1));
    }
    assertThat(watcher.stream()).contains("-idle");
    subscriber(1, "last", "c");
    hub.rig(1).lane.stop(CloseReason.RESTART);
    assertThat(watcher.stream()).containsExactly("+last", "-last");
  }

  @Test
  void watchingEndsWithTheSubscription() {
    Peer watcher = connect(0, "eve");
    watcher.watch("c");
    watcher.unsubscribe("c", null);
    watcher.hear();
    subscriber(1, "bob", "c");
    assertThat(watcher.stream()).isEmpty();
    assertThat(hub.presence.memberships()).isEqualTo(1);
  }

  @Test
  void oneFilterOfSeveralDoesNotEndIt() {
    Peer watcher = connect(0, "eve");
    watcher.watch("c");
    watcher.subscribe("c", TestPayload.filter("kind", "red"));
    watcher.hear();
    watcher.unsubscribe("c", TestPayload.filter("kind", "red"));
    watcher.hear();
    subscriber(1, "bob", "c");
    assertThat(watcher.stream()).containsExactly("+bob");
  }

  @Test
  void whoWatchesAlreadyAndAsksAgainGetsANewListAndNothingTwice() {
    Peer watcher = connect(0, "eve");
    watcher.watch("c");
    subscriber(1, "bob", "c");
    watcher.hear();
    watcher.watch("c");
    subscriber(1, "ada", "c");
    assertThat(watcher.stream())
        .containsExactly("subscribed at e1/0", "presence of 2 eve×1 bob×1", "+ada");
  }

  @Test
  void subscriberMayBeginToWatchLater() {
    Peer watcher = subscriber(0, "eve", "c");
    watcher.watch("c");
    assertThat(watcher.stream()).containsExactly("subscribed at e1/0", "presence of 1 eve×1");
  }

  @Test
  void whoIsTooSlowGetsANewListInsteadOfABacklog() {
    limit(100, 100, 4);
    Peer watcher = connect(0, "eve");
    watcher.watch("c");
    watcher.hear();
    watcher.socket.stallAfter(0);
    for (int i = 0; i < 20; i++) {
      subscriber(1, "u" + i, "c").leave();
    }
    subscriber(1, "bob", "c");
    hub.settle();
    int owed = watcher.socket.owed();
    assertThat(owed).isLessThan(100);
    watcher.read();
    subscriber(1, "ada", "c");
    // What its socket had begun to take, and then the list.
    assertThat(watcher.stream()).containsExactly("+u0", "presence of 2 eve×1 bob×1", "+ada");
  }

  @Test
  void listNamesSoManyAndCountsAll() {
    limit(100, 2, 10);
    subscriber(0, "a", "c");
    subscriber(0, "b", "c");
    Peer last = subscriber(1, "d", "c");
    last.askWho("c");
    assertThat(last.stream()).containsExactly("presence of 3 a×1 b×1");
  }

  @Test
  void whoIsBeyondTheBoundIsServedButNeitherListedNorEverTold() {
    limit(2, 10, 10);
    Peer watcher = connect(0, "eve");
    watcher.watch("c");
    Peer known = subscriber(1, "known", "c");
    Peer unknown = subscriber(1, "unknown", "c");
    watcher.hear();
    unknown.askWho("c");
    hub.publish("c", "data");
    assertThat(unknown.stream()).containsExactlyInAnyOrder("presence of 2 eve×1 known×1", "data");
    known.leave();
    Peer second = subscriber(1, "unknown", "c");
    unknown.leave();
    assertThat(watcher.stream()).containsExactly("data", "-known", "+unknown");
    second.askWho("c");
    assertThat(second.stream()).containsExactly("presence of 2 eve×1 unknown×1");
  }

  @Test
  void tenThousandWhoNobodyWatchesMakeNoPublication() {
    for (int i = 0; i < 10_000; i++) {
      boolean _ = hub.presence.join(Hub.channel("c"), "u" + i, hub.time.now());
    }
    Peer watcher = connect(0, "eve");
    watcher.watch("c");
    watcher.hear();
    Presence.Roll roll = hub.presence.roll(Hub.channel("c"), 1);
    assertThat(roll.users()).containsExactly(new Present("u0", 1));
    assertThat(roll.total()).isEqualTo(10_001);
    assertThat(roll.changes()).isZero();
  }

  @Test
  void nothingIsKeptOfAChannelThatIsLeft() {
    Peer watcher = connect(0, "eve");
    watcher.watch("c");
    watcher.hear();
    watcher.leave();
    assertThat(hub.presence.memberships()).isZero();
    assertThat(hub.presence.channels()).isZero();
  }

  @Test
  void manyListsAskedForInOneBreathWaitForTheSocket() {
    Peer watcher = connect(0, "eve");
    watcher.socket.stallAfter(0);
    watcher.watch("c0");
    hub.settle();
    int oneAnswer = watcher.socket.owed();
    for (int i = 1; i < 50; i++) {
      watcher.watch("c" + i);
    }
    hub.settle();
    assertThat(watcher.socket.owed()).isEqualTo(50 * oneAnswer).isPositive();
    watcher.read();
    assertThat(watcher.stream().stream().filter(said -> said.startsWith("presence")))
        .hasSize(50)
        .containsOnly("presence of 1 eve×1");
  }

  /** Another lane's subscriber comes just when the list has been read. */
  @Test
  void whoComesWhileAListIsMadeIsToldBehindItOnce() {
    Presence hurried = new Hurried(hub.presence, List.of("late", "later"));
    Switchboard switchboard =
        new Switchboard(
            hub.limits, new Ports(hub.memory, hurried, Tokens.NONE, hub.namespaces, hub.meter));
    Rig rig = new Rig(7, switchboard, new FakeOutlet.Watch() {});
    Peer first = hub.connect(rig, 0, "ada");
    first.watch("c");
    rig.turn(hub.time.now());
    Peer second = hub.connect(rig, 1, "bob");
    second.watch("c");
    while (rig.isDue()) {
      rig.turn(hub.time.now());
    }
    assertThat(first.stream())
        .containsExactly(
            "connected ada",
            "subscribed at e1/0",
            "presence of 1 ada×1",
            "+late",
            "+bob",
            "+later");
    assertThat(second.stream())
        .containsExactly(
            "connected bob", "subscribed at e1/0", "presence of 3 ada×1 late×1 bob×1", "+later");
  }

  /** Presence where somebody comes after each list, as long as there are any. */
  private static final class Hurried implements Presence {
    private final Presence inner;
    private final Queue<String> coming;

    Hurried(Presence inner, List<String> coming) {
      this.inner = inner;
      this.coming = new ArrayDeque<>(coming);
    }

    @Override
    public Roll roll(ChannelName channel, int most) {
      Roll roll = inner.roll(channel, most);
      if (!coming.isEmpty()) {
        boolean _ = inner.join(channel, coming.remove(), new Moment(0, 0));
      }
      return roll;
    }

    @Override
    public boolean isKept() {
      return true;
    }

    @Override
    public boolean join(ChannelName channel, String user, Moment now) {
      return inner.join(channel, user, now);
    }

    @Override
    public void leave(ChannelName channel, String user, Moment now) {
      inner.leave(channel, user, now);
    }

    @Override
    public Log watch(ChannelName channel, Signal signal, Moment now) {
      return inner.watch(channel, signal, now);
    }

    @Override
    public void unwatch(ChannelName channel, Signal signal, Moment now) {
      inner.unwatch(channel, signal, now);
    }
  }

  @Test
  void whereItIsOffWhoAsksIsToldSo() {
    Rig rig = new Rig(7, hub.limits, hub.memory, hub.meter, new FakeOutlet.Watch() {});
    Peer peer = hub.connect(rig, 0, "ada");
    peer.askWho("c");
    peer.watch("c");
    peer.subscribe("c");
    rig.turn(hub.time.now());
    assertThat(peer.stream())
        .containsExactly("connected ada", "presence_off", "presence_off", "subscribed at e1/0");
  }
}
