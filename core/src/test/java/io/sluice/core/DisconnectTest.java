package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.CloseReason;
import io.sluice.model.Grants;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections that somebody else ends. */
class DisconnectTest {
  private static final int CLOSES = TestLimits.DEFAULTS.lane().closes();

  private final Hub hub = new Hub(Answering.AT_ONCE);
  private final List<Integer> answers = new ArrayList<>();

  @AfterEach
  void close() {
    hub.close();
  }

  private Peer connect(int lane, String user) {
    return hub.connect(lane, user, Grants.ALL, Long.MAX_VALUE);
  }

  private void disconnect(Whom whom, CloseReason reason) {
    hub.switchboard.disconnect(whom, reason, answers::add);
    assertThat(answers).as("before the lanes have looked").isEmpty();
    hub.settle();
  }

  @Test
  void allOfAUserAreEndedOnEveryLaneAndNobodyElse() {
    Peer first = connect(0, "ada");
    Peer second = connect(1, "ada");
    Peer other = connect(1, "bob");
    disconnect(new Whom.User("ada"), CloseReason.DISCONNECTED);
    assertThat(answers).containsExactly(2);
    assertThat(first.stream()).containsExactly("closed disconnected");
    assertThat(second.stream()).containsExactly("closed disconnected");
    assertThat(other.stream()).isEmpty();
  }

  @Test
  void oneIsEndedByItsName() {
    Peer first = connect(0, "ada");
    Peer second = connect(0, "ada");
    disconnect(new Whom.Connection("c1", null), CloseReason.RESET);
    assertThat(answers).containsExactly(1);
    assertThat(first.stream()).isEmpty();
    assertThat(second.stream()).containsExactly("closed reset");
  }

  @Test
  void nameOfAnothersConnectionIsNobodysWhereTheUserMustMatch() {
    Peer peer = connect(0, "ada");
    disconnect(new Whom.Connection("c0", "eve"), CloseReason.DISCONNECTED);
    assertThat(answers).containsExactly(0);
    assertThat(peer.stream()).isEmpty();
  }

  @Test
  void whoHashesAlikeIsNotMeant() {
    // "Aa" and "BB" have the same hash.
    Peer peer = connect(0, "Aa");
    disconnect(new Whom.User("BB"), CloseReason.DISCONNECTED);
    assertThat(answers).containsExactly(0);
    assertThat(peer.stream()).isEmpty();
  }

  @Test
  void slotThatIsGivenAgainIsTheNewOnes() {
    Peer gone = connect(0, "ada");
    gone.leave();
    Rig rig = hub.rig(0);
    Peer next = hub.connect(rig, gone.session.slot(), "bob");
    next.hear();
    disconnect(new Whom.User("ada"), CloseReason.DISCONNECTED);
    assertThat(answers).containsExactly(0);
    answers.clear();
    disconnect(new Whom.User("bob"), CloseReason.DISCONNECTED);
    assertThat(answers).containsExactly(1);
  }

  @Test
  void whoIsAlreadyClosingIsNotCountedAgain() {
    connect(0, "ada");
    hub.switchboard.disconnect(new Whom.User("ada"), CloseReason.DISCONNECTED, answers::add);
    hub.switchboard.disconnect(new Whom.User("ada"), CloseReason.DISCONNECTED, answers::add);
    hub.settle();
    assertThat(answers).containsExactly(1, 0);
  }

  @Test
  void thousandsAreClosedSomePerTurnAndAreHeardNoMoreFromTheAnswerOn() {
    List<Peer> peers = new ArrayList<>();
    for (int i = 0; i < 3 * CLOSES; i++) {
      peers.add(connect(0, "ada"));
    }
    Peer reader = connect(0, "bob");
    reader.subscribe("news");
    peers.getLast().subscribe("news");
    hub.settle();
    reader.stream();
    peers.getLast().stream();
    hub.switchboard.disconnect(new Whom.User("ada"), CloseReason.DISCONNECTED, answers::add);
    hub.rig(1).turn(hub.time.now());
    Rig rig = hub.rig(0);
    rig.turn(hub.time.now());
    assertThat(answers).containsExactly(3 * CLOSES);
    assertThat(closed(peers)).isEqualTo(CLOSES);
    peers.getLast().publish("news", "too late");
    hub.append("news", TestPayload.of("between"));
    rig.turn(hub.time.now());
    assertThat(closed(peers)).isEqualTo(2 * CLOSES);
    rig.turn(hub.time.now());
    assertThat(closed(peers)).isEqualTo(3 * CLOSES);
    assertThat(rig.isDue()).isFalse();
    assertThat(reader.stream()).containsExactly("between");
    assertThat(peers)
        .allSatisfy(peer -> assertThat(peer.stream()).containsExactly("closed disconnected"));
  }

  private static long closed(List<Peer> peers) {
    return peers.stream().filter(peer -> peer.socket.isClosed()).count();
  }

  @Test
  void hubWithoutLanesAnswersToo() {
    Ports ports = new Ports(hub.memory, hub.presence, hub.tokens, hub.namespaces, hub.meter);
    new Switchboard(hub.limits, ports)
        .disconnect(new Whom.User("ada"), CloseReason.RESET, answers::add);
    assertThat(answers).containsExactly(0);
  }
}
