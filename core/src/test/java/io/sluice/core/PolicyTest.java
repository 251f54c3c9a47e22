package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.ChannelSettings.Delivery;
import io.sluice.model.Policy;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which policy a subscription has. */
class PolicyTest {
  private Hub hub = new Hub(Answering.AT_ONCE);

  @AfterEach
  void close() {
    hub.close();
  }

  private void restart(Policy byDefault, Policy... allowed) {
    hub.close();
    Delivery delivery = new Delivery(byDefault, Set.of(allowed), "kind", 1_000, 64, 512);
    hub =
        new Hub(
            Answering.AT_ONCE,
            TestLimits.DEFAULTS,
            TestSettings.everywhere(TestLimits.DEFAULTS.log(), delivery));
  }

  private static String opened(Policy policy) {
    return "subscribed at e1/0" + (policy == Policy.LOSSLESS ? "" : ", " + policy.wireName());
  }

  @ParameterizedTest
  @EnumSource(Policy.class)
  void aSubscriptionHasThePolicyItAsksForWhereThatIsAllowed(Policy policy) {
    Peer peer = hub.connect();
    peer.subscribe("c", policy);
    assertThat(peer.stream()).containsExactly(opened(policy));
  }

  @ParameterizedTest
  @EnumSource(Policy.class)
  void aSubscriptionThatAsksForNoneHasTheChannels(Policy policy) {
    restart(policy, policy);
    Peer peer = hub.connect();
    peer.subscribe("c");
    assertThat(peer.stream()).containsExactly(opened(policy));
  }

  @ParameterizedTest
  @EnumSource(Policy.class)
  void aPolicyThatTheChannelDoesNotAllowIsRefusedAndNothingIsSubscribed(Policy policy) {
    Policy other = policy == Policy.LATEST ? Policy.LOSSLESS : Policy.LATEST;
    restart(other, other);
    Peer peer = hub.connect();
    peer.subscribe("c", policy);
    hub.publish("c", "a");
    assertThat(peer.stream()).containsExactly("policy_not_allowed");
  }

  @Test
  void conflateByNeedsThePolicyLatest() {
    Peer peer = hub.connect();
    peer.subscribe("c", Policy.DROP_OLDEST, "kind", null, null);
    peer.subscribe("c", null, "kind", null, null);
    peer.subscribe("c", Policy.LATEST, "kind", null, null);
    assertThat(peer.stream())
        .containsExactly("policy_not_allowed", "policy_not_allowed", opened(Policy.LATEST));
  }

  @Test
  void conflateByGoesWithLatestByDefault() {
    restart(Policy.LATEST, Policy.LATEST);
    Peer peer = hub.connect();
    peer.subscribe("c", null, "kind", null, null);
    assertThat(peer.stream()).containsExactly(opened(Policy.LATEST));
  }

  @Test
  void anotherPolicyOnALiveSubscriptionIsRefusedAndNothingChanges() {
    Peer peer = hub.connect();
    peer.subscribe("c", Policy.LATEST);
    peer.subscribe("c", Policy.LOSSLESS);
    peer.subscribe("c", Policy.LATEST, "kind", TestPayload.filter("kind", "a"), null);
    hub.settle();
    hub.publish("c", TestPayload.of("b").with("kind", "b"));
    assertThat(peer.stream())
        .containsExactly(opened(Policy.LATEST), "already_subscribed", "already_subscribed", "b");
  }

  @Test
  void theSameAgainOnALiveSubscriptionIsFine() {
    Peer peer = hub.connect();
    peer.subscribe("c", Policy.LATEST, "kind", null, null);
    peer.subscribe("c", Policy.LATEST, "kind", null, null);
    peer.subscribe("c", null, "kind", null, null);
    peer.subscribe("c");
    assertThat(peer.stream()).hasSize(4).containsOnly(opened(Policy.LATEST));
  }

  @Test
  void whoKeepsUpGetsTheSameBytesInOneSendWhateverItsPolicy() {
    Peer[] peers = new Peer[Policy.values().length];
    for (int i = 0; i < peers.length; i++) {
      peers[i] = hub.connect();
      peers[i].subscribe("c", Policy.values()[i]);
      peers[i].hear();
    }
    hub.publishKeyed("c", "k 1", "k 2", "k 3");
    assertThat(peers[0].rig.outlet.fanOuts()).isEqualTo(1);
    for (Peer peer : peers) {
      assertThat(peer.stream()).containsExactly("k 1", "k 2", "k 3");
    }
  }
}
