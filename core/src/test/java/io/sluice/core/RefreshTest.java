package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.ChannelPattern;
import io.sluice.model.Command;
import io.sluice.model.Grants;
import io.sluice.model.Identity;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Another token in place of a connection's own. */
class RefreshTest {
  private final Hub hub = new Hub(Answering.AT_ONCE);
  private final long start = hub.time.now().epochMillis();

  @AfterEach
  void close() {
    hub.close();
  }

  private static Grants of(String pattern) {
    return new Grants(List.of(new ChannelPattern(pattern)), List.of(new ChannelPattern(pattern)));
  }

  private Peer connect(Grants grants, long livesMillis) {
    Peer peer = hub.connect(0, "ada", grants, start + livesMillis);
    peer.hear();
    return peer;
  }

  private void issue(String token, String user, Grants grants, long livesMillis) {
    hub.tokens.put(token, new Identity(user, null, grants, start + livesMillis));
  }

  @Test
  void connectionLivesAsLongAsTheNewTokenAndNotLonger() {
    Peer peer = connect(Grants.ALL, 10_000);
    issue("longer", "ada", Grants.ALL, 20_000);
    peer.refresh("longer");
    assertThat(peer.stream()).containsExactly("refreshed " + (start + 20_000));
    hub.pass(Duration.ofSeconds(19));
    assertThat(peer.stream()).doesNotContain("closed expired");
    hub.pass(Duration.ofSeconds(1));
    assertThat(peer.stream()).containsExactly("closed expired");
  }

  @Test
  void newTokenMayEndSooner() {
    Peer peer = connect(Grants.ALL, 20_000);
    issue("shorter", "ada", Grants.ALL, 5_000);
    peer.refresh("shorter");
    peer.hear();
    hub.pass(Duration.ofSeconds(4));
    assertThat(peer.stream()).doesNotContain("closed expired");
    hub.pass(Duration.ofSeconds(1));
    assertThat(peer.stream()).endsWith("closed expired");
  }

  @Test
  void whatTheNewTokenDoesNotCoverEndsAndTheRestGoesOn() {
    Peer peer = connect(Grants.ALL, 10_000);
    peer.watch("a.1");
    peer.watch("b.1");
    peer.hear();
    issue("less", "ada", of("a.*"), 10_000);
    peer.refresh("less");
    assertThat(peer.stream())
        .containsExactly("refreshed " + (start + 10_000), "unsubscribed b.1, forbidden");
    assertThat(hub.switchboard.presence(Hub.channel("b.1")).total()).isZero();
    hub.publish("b.1", "lost");
    hub.publish("a.1", "kept");
    assertThat(peer.stream()).containsExactly("kept");
    peer.publish("b.1", "no");
    peer.subscribe("b.1");
    assertThat(peer.stream()).containsExactly("forbidden", "forbidden");
    assertThat(hub.meter.subscriptions()).isEqualTo(1);
  }

  @Test
  void whatWasAskedForAndStillWaitsIsHeldToTheNewToken() {
    Peer peer = connect(Grants.ALL, 10_000);
    issue("less", "ada", of("a.*"), 10_000);
    peer.socket.stallAfter(0);
    peer.history("a.1", 1);
    hub.settle();
    peer.history("b.1", 1);
    peer.askWho("b.1");
    peer.askWho("a.1");
    peer.refresh("less");
    hub.settle();
    peer.read();
    assertThat(peer.stream())
        .containsExactly(
            "history to e1/0:",
            "refreshed " + (start + 10_000),
            "forbidden",
            "forbidden",
            "presence of 0");
  }

  @Test
  void newTokenMayAllowMore() {
    Peer peer = connect(of("a.*"), 10_000);
    issue("more", "ada", Grants.ALL, 10_000);
    peer.refresh("more");
    peer.hear();
    peer.subscribe("b.1");
    assertThat(peer.stream()).containsExactly("subscribed at e1/0");
  }

  @Test
  void badTokenAndAnotherUsersLeaveTheOldOneInForce() {
    Peer peer = connect(of("a.*"), 10_000);
    issue("eves", "eve", Grants.ALL, 20_000);
    peer.refresh("forged");
    assertThat(peer.stream()).containsExactly("invalid_token");
    peer.refresh("eves");
    assertThat(peer.stream()).containsExactly("invalid_token");
    peer.subscribe("b.1");
    assertThat(peer.stream()).containsExactly("forbidden");
    hub.pass(Duration.ofSeconds(10));
    assertThat(peer.stream()).endsWith("closed expired");
  }

  @Test
  void whereNobodyCanTellTheOldTokenStaysInForce() {
    Peer peer = connect(Grants.ALL, 10_000);
    hub.tokens.breakDown();
    peer.refresh("whatever");
    assertThat(peer.stream()).containsExactly("token_unchecked");
  }

  @Test
  void onlyOneTokenIsCheckedAtATime() {
    hub.tokens.answerLate();
    Peer peer = connect(Grants.ALL, 10_000);
    issue("first", "ada", Grants.ALL, 20_000);
    peer.refresh("first");
    peer.refresh("second");
    assertThat(peer.stream()).containsExactly("busy");
    assertThat(hub.tokens.waiting()).isEqualTo(1);
    hub.tokens.settle();
    assertThat(peer.stream()).containsExactly("refreshed " + (start + 20_000));
    peer.refresh("second");
    assertThat(peer.stream()).isEmpty();
    assertThat(hub.tokens.waiting()).isEqualTo(1);
  }

  @Test
  void answerForAConnectionThatIsGoneChangesNothing() {
    hub.tokens.answerLate();
    Peer peer = connect(Grants.ALL, 10_000);
    issue("late", "ada", Grants.ALL, 20_000);
    peer.refresh("late");
    peer.leave();
    Peer next = hub.connect(0, "bob", Grants.ALL, start + 5_000);
    next.hear();
    hub.tokens.settle();
    hub.settle();
    assertThat(next.stream()).isEmpty();
  }

  @Test
  void tokenIsNotPrintedWithItsCommand() {
    assertThat(new Command.Refresh(null, "secret").toString()).doesNotContain("secret");
  }
}
