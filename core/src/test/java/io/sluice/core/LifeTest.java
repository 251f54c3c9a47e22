package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.model.CloseReason;
import io.sluice.model.Code;
import io.sluice.model.Command;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import io.sluice.model.Form;
import io.sluice.model.Grants;
import io.sluice.model.Identity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Answering.class)
@ExtendWith(NamesSeed.class)
class LifeTest {
  @Parameter Answering answering;
  private Hub hub;

  @BeforeEach
  void open() {
    hub = new Hub(answering);
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private Duration heartbeat() {
    return hub.limits.session().heartbeat();
  }

  private Peer expiring(Duration in) {
    long at = hub.time.now().epochMillis() + in.toMillis();
    return hub.connect(0, "user", Grants.ALL, at);
  }

  @Test
  void thousandsWhoseTokensEndTogetherGetNothingMoreAndOneCloseEach() {
    List<Peer> peers = new ArrayList<>();
    for (int i = 0; i < 3 * hub.limits.lane().closes(); i++) {
      peers.add(expiring(Duration.ofSeconds(5)));
    }
    peers.getLast().subscribe("c");
    hub.settle();
    peers.getLast().stream();
    hub.time.advance(Duration.ofSeconds(6));
    hub.rig(0).lane.tick(hub.time.now());
    // Most of them stand in line still, when something comes for them and the server stops.
    hub.append("c", TestPayload.of("too late"));
    hub.stop();
    hub.settle();
    assertThat(peers)
        .allSatisfy(peer -> assertThat(peer.stream()).containsExactly("closed expired"));
  }

  @Test
  void formThatCannotEncodeEndsItsOwnReadersAndNobodyElseGetsAnythingTwice() {
    Form broken =
        publication -> {
          if (publication.offset() == 2) {
            throw new IllegalStateException("arranged by the test");
          }
          return hub.form.encode(publication);
        };
    Peer healthy = hub.connect();
    healthy.subscribe("c");
    hub.settle();
    Peer reading = hub.connect();
    reading.session.use(broken);
    reading.subscribe("c");
    hub.settle();
    hub.publish("c", "1");
    hub.append("c", TestPayload.of("2"));
    assertThatThrownBy(hub::settle).isInstanceOf(IllegalStateException.class);
    Peer returning = hub.connect();
    returning.session.use(broken);
    returning.subscribeSince("c", "e1", 0);
    assertThatThrownBy(hub::settle).isInstanceOf(IllegalStateException.class);
    hub.publish("c", "3");
    assertThat(healthy.stream()).containsExactly("subscribed at e1/0", "1", "2", "3");
    assertThat(reading.stream()).endsWith("1", "closed " + CloseReason.INTERNAL.text());
    assertThat(returning.stream()).endsWith("closed " + CloseReason.INTERNAL.text());
  }

  @Test
  void connectionIsGreetedFirst() {
    Peer peer = hub.connect(hub.rig(0), 40, "ann");
    peer.subscribe("c");
    assertThat(peer.stream()).containsExactly("connected ann", "subscribed at e1/0");
    assertThat(hub.meter.sessions()).isEqualTo(1);
  }

  @Test
  void pingIsAnsweredWithTheWallClock() {
    Peer peer = hub.connect();
    peer.say(new Command.Ping(Peer.id("p")));
    assertThat(peer.stream()).containsExactly("pong " + hub.time.now().epochMillis());
  }

  @Test
  void messageThatWasNoCommandIsAnsweredAndCounted() {
    Peer peer = hub.connect();
    peer.session.reject(null, new Fault(Code.INVALID_JSON, "no"));
    peer.rig.touch();
    assertThat(peer.stream()).containsExactly("invalid_json");
    assertThat(hub.meter.faults(Code.INVALID_JSON)).isEqualTo(1);
  }

  @Test
  void connectionIsClosedWhenItsTokenExpires() {
    Peer peer = expiring(Duration.ofSeconds(5));
    hub.pass(Duration.ofSeconds(4));
    peer.session.heard();
    assertThat(peer.stream()).doesNotContain("closed expired");
    hub.pass(Duration.ofSeconds(1));
    assertThat(peer.stream()).endsWith("closed expired");
    assertThat(hub.rig(0).lane.isEmpty()).isTrue();
    assertThat(CloseReason.EXPIRED.code()).isEqualTo(4401);
  }

  @Test
  void tokenThatHasExpiredAlreadyLastsUntilTheNextTick() {
    Peer peer = expiring(Duration.ofSeconds(-5));
    hub.tick();
    assertThat(peer.stream()).containsExactly("closed expired");
  }

  @Test
  void wallClockSteppedAnHourChangesNothing() {
    Peer peer = expiring(Duration.ofSeconds(100));
    peer.follow("c", TestPayload.filter("no", "body"));
    hub.settle();
    hub.publish("c", "kept");
    peer.hear();
    hub.time.stepWallClock(Duration.ofHours(1));
    hub.pass(Duration.ofSeconds(20));
    hub.time.stepWallClock(Duration.ofHours(-2));
    hub.pass(Duration.ofSeconds(9));
    peer.session.heard();
    assertThat(peer.stream()).containsOnly("heartbeat", "position e1/1");
    Peer late = hub.connect();
    late.subscribeSince("c", "e1", 0);
    assertThat(late.stream()).containsExactly("subscribed at e1/0, recovered", "kept");
    for (int i = 0; i < 70; i++) {
      hub.pass(Duration.ofSeconds(1));
      peer.session.heard();
    }
    assertThat(peer.stream()).doesNotContain("closed expired");
    hub.pass(Duration.ofSeconds(1));
    assertThat(peer.stream()).containsExactly("closed expired");
  }

  @Test
  void peerThatIsSilentForTwoHeartbeatsIsClosedIdle() {
    Peer peer = hub.connect();
    while (peer.stream().isEmpty()) {
      hub.pass(Duration.ofSeconds(1));
    }
    hub.pass(heartbeat().minusSeconds(1));
    assertThat(peer.stream()).isEmpty();
    hub.pass(Duration.ofSeconds(1));
    assertThat(peer.stream()).containsExactly("closed idle");
    assertThat(hub.meter.sessions()).isZero();
  }

  @Test
  void anythingThatComesInCountsAsLife() {
    Peer pongs = hub.connect();
    Peer talks = hub.connect();
    Peer drains = hub.connect();
    for (int i = 0; i < 5; i++) {
      drains.socket.stallAfter(0);
      drains.session.tell(new Event.Pong(null, 0));
      drains.rig.touch();
      hub.pass(heartbeat());
      pongs.session.heard();
      talks.say(new Command.Ping(null));
      drains.read();
    }
    assertThat(pongs.stream()).hasSize(5).containsOnly("heartbeat");
    assertThat(talks.stream()).filteredOn(said -> said.equals("heartbeat")).hasSize(5);
    assertThat(drains.stream()).filteredOn(said -> said.equals("heartbeat")).hasSize(5);
  }

  @Test
  void heartbeatsComeOncePerHeartbeatHoweverTheTicksComeAndWhateverTheSlot() {
    Peer[] peers = new Peer[70];
    for (int i = 0; i < peers.length; i++) {
      peers[i] = hub.connect();
    }
    hub.tick();
    hub.time.advance(Duration.ofMillis(1_500));
    hub.tick();
    hub.tick();
    for (Peer peer : peers) {
      peer.session.heard();
    }
    hub.time.advance(heartbeat().multipliedBy(3));
    hub.tick();
    for (Peer peer : peers) {
      assertThat(peer.stream()).isNotEmpty().doesNotContain("closed idle");
      peer.session.heard();
    }
    hub.pass(heartbeat());
    for (Peer peer : peers) {
      assertThat(peer.stream()).containsExactly("heartbeat");
    }
  }

  @Test
  void positionIsToldOncePerHeartbeatHoweverOftenTheLaneTicks() {
    Peer peer = hub.connect();
    peer.follow("c", TestPayload.filter("no", "body"));
    hub.pass(Duration.ofSeconds(1));
    peer.hear();
    List<String> positions = new ArrayList<>();
    for (int second = 0; second < 2 * heartbeat().toSeconds(); second++) {
      hub.publish("c", "for nobody");
      hub.pass(Duration.ofSeconds(1));
      peer.session.heard();
      peer.stream().stream().filter(item -> !item.equals("heartbeat")).forEach(positions::add);
    }
    assertThat(positions).containsExactly("position e1/30", "position e1/60");
  }

  @Test
  void stopAnswersWhatIsInFlightThenCloses() {
    Peer reader = hub.connect(1);
    reader.subscribe("c");
    hub.settle();
    Peer peer = hub.connect();
    peer.publish("c", "last");
    peer.subscribe("other");
    peer.publish("other", "too late");
    hub.stop();
    peer.publish("c", "refused");
    peer.subscribe("d");
    peer.grant("c", 1, 1);
    hub.settle();
    assertThat(peer.stream())
        .startsWith("shutting_down", "shutting_down", "not_subscribed")
        .contains("published e1/1")
        .endsWith("closed restart")
        .hasSize(7);
    assertThat(reader.stream()).last().isEqualTo("closed restart");
    assertThat(hub.rig(0).lane.isEmpty()).isTrue();
    assertThat(hub.rig(1).lane.isEmpty()).isTrue();
  }

  @Test
  void connectionThatComesWhileStoppingIsClosedToo() {
    hub.stop();
    hub.settle();
    Rig rig = hub.rig(0);
    FakeSocket socket = rig.outlet.connect(9);
    Identity identity = new Identity("u", null, Grants.ALL, Long.MAX_VALUE);
    Session session = rig.lane.open(9, identity, hub.form, "c", hub.time.now());
    Peer peer = new Peer(hub, rig, socket, session);
    assertThat(peer.stream()).containsExactly("connected u", "closed restart");
  }

  @Test
  void thereIsOneCloseWhateverHappensTogether() {
    Peer peer = expiring(Duration.ofSeconds(1));
    hub.time.advance(heartbeat().multipliedBy(3));
    peer.rig.lane.tick(hub.time.now());
    hub.time.advance(heartbeat().multipliedBy(3));
    peer.rig.lane.tick(hub.time.now());
    hub.stop();
    peer.rig.turn(hub.time.now());
    peer.say(new Command.Ping(null));
    assertThat(peer.stream()).containsExactly("closed expired");
    assertThat(hub.rig(0).lane.isEmpty()).isTrue();
  }

  @Test
  void connectionThatWasClosedIdleIsNotClosedAgainWhenItsTokenExpires() {
    Peer peer = expiring(heartbeat().multipliedBy(10));
    for (int second = 0; second < heartbeat().toSeconds() * 10; second++) {
      hub.time.advance(Duration.ofSeconds(1));
      peer.rig.lane.tick(hub.time.now());
    }
    assertThat(peer.stream()).containsExactly("heartbeat", "closed idle");
  }

  @Test
  void slotThatIsGivenAgainHearsNothingOfItsPredecessor() {
    Peer first = hub.connect();
    first.subscribe("c");
    hub.settle();
    first.publish("c", "mine");
    first.subscribe("d");
    first.leave();
    Peer second = hub.connect(first.rig, first.socket.slot(), "next");
    hub.publish("c", "theirs");
    hub.publish("d", "theirs");
    assertThat(second.stream()).containsExactly("connected next");
    assertThat(hub.meter.subscriptions()).isZero();
  }
}
