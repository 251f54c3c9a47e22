package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.ChannelPattern;
import io.sluice.model.Code;
import io.sluice.model.Credit;
import io.sluice.model.Filter;
import io.sluice.model.Grants;
import io.sluice.model.Limits;
import io.sluice.model.Position;
import java.time.Duration;
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
class RefusalTest {
  private static final Filter RED = TestPayload.filter("colour", "red");
  private static final Filter ROUND = TestPayload.filter("shape", "round");

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

  private void restart(Limits limits) {
    hub.close();
    hub = new Hub(answering, limits);
  }

  private static TestPayload red(String text) {
    return TestPayload.of(text).with("colour", "red");
  }

  private static Limits.Session sessionOf(int subscriptions, int filters) {
    return sessionOf(subscriptions, filters, 100);
  }

  private static Limits.Session sessionOf(int subscriptions, int filters, int commandsWaiting) {
    return sessionOf(subscriptions, filters, 1 << 18, commandsWaiting);
  }

  private static Limits.Session sessionOf(
      int subscriptions, int filters, int allFilterBytes, int commandsWaiting) {
    return new Limits.Session(
        subscriptions,
        64,
        filters,
        4_096,
        allFilterBytes,
        commandsWaiting,
        256,
        1 << 20,
        64,
        1 << 18,
        4,
        1 << 19,
        Duration.ofSeconds(30));
  }

  @Test
  void subscriptionsAreLimitedByChannelsAndNotByCommands() {
    restart(TestLimits.with(sessionOf(2, 16)));
    hub.publish("a", "1");
    hub.publish("b", "1");
    hub.publish("c", "1");
    Peer peer = hub.connect();
    peer.subscribe("a");
    peer.subscribe("a", RED);
    peer.subscribe("a", ROUND);
    peer.subscribe("b");
    peer.subscribe("c");
    assertThat(peer.stream())
        .containsExactlyInAnyOrder(
            "subscribed at e1/1",
            "subscribed at e1/1",
            "subscribed at e1/1",
            "subscribed at e2/1",
            "subscription_limit");
    assertThat(hub.meter.faults(Code.SUBSCRIPTION_LIMIT)).isEqualTo(1);
    peer.unsubscribe("b", null);
    peer.subscribe("c");
    assertThat(peer.stream()).containsExactly("unsubscribed", "subscribed at e3/1");
  }

  @Test
  void filtersBeyondTheLimitAreRefusedAndNothingOfTheRequestIsDone() {
    restart(TestLimits.with(sessionOf(10, 1)));
    Peer peer = hub.connect();
    peer.subscribe("news", RED);
    hub.settle();
    peer.subscribe("news", ROUND);
    hub.publish("news", TestPayload.of("round").with("shape", "round"), red("red"));
    assertThat(peer.stream()).containsExactly("subscribed at e1/0", "filter_limit", "red");
  }

  @Test
  void filtersOfAllChannelsHaveABoundInBytesAndUnsubscribingGivesThemBack() {
    int both = RED.bytes() + ROUND.bytes();
    restart(TestLimits.with(sessionOf(10, 10, both, 100)));
    Peer peer = hub.connect();
    peer.subscribe("a", RED);
    hub.settle();
    peer.subscribe("b", ROUND);
    hub.settle();
    peer.subscribe("a", RED);
    peer.subscribe("a", Filter.EVERYTHING);
    peer.subscribe("c", RED);
    peer.subscribe("c");
    assertThat(peer.stream())
        .containsExactlyInAnyOrder(
            "subscribed at e1/0",
            "subscribed at e2/0",
            "subscribed at e1/0",
            "filter_limit",
            "filter_limit",
            "subscribed at e3/0");
    assertThat(hub.meter.faults(Code.FILTER_LIMIT)).isEqualTo(2);
    peer.unsubscribe("b", ROUND);
    hub.settle();
    peer.subscribe("a", ROUND);
    assertThat(peer.stream()).containsExactly("unsubscribed", "subscribed at e1/0");
    peer.unsubscribe("a", null);
    hub.settle();
    peer.subscribe("d", RED);
    hub.settle();
    peer.subscribe("d", ROUND);
    hub.settle();
    peer.subscribe("d", Filter.EVERYTHING);
    assertThat(peer.stream())
        .containsExactly(
            "unsubscribed", "subscribed at e4/0", "subscribed at e4/0", "filter_limit");
  }

  @Test
  void filtersOfCommandsThatWaitAreBoundedInBytesAndAnsweredBusy() {
    restart(TestLimits.with(sessionOf(10, 10, 2 * RED.bytes(), 100)));
    hub.publish("news", "old");
    Peer peer = hub.connect();
    peer.subscribe("news", RED);
    peer.unsubscribe("news", RED);
    peer.unsubscribe("news", RED);
    peer.subscribe("news", RED);
    peer.subscribe("news");
    assertThat(peer.stream())
        .containsExactly(
            "busy", "busy", "subscribed at e1/1", "unsubscribed", "subscribed at e1/1");
    peer.subscribe("other", RED);
    peer.unsubscribe("other", RED);
    assertThat(peer.stream()).containsExactly("subscribed at e2/0", "unsubscribed");
  }

  @Test
  void aFilterThatCanNeverFitIsToldSoAndNotThatTheServerIsBusy() {
    restart(TestLimits.with(sessionOf(10, 10, RED.bytes() - 1, 100)));
    Peer peer = hub.connect();
    peer.subscribe("news", RED);
    assertThat(peer.stream()).containsExactly("filter_limit");
    peer.subscribe("news");
    assertThat(peer.stream()).containsExactly("subscribed at e1/0");
  }

  @Test
  void commandsThatWaitAreBoundedAndAnsweredBusy() {
    restart(TestLimits.with(sessionOf(10, 10, 2)));
    hub.publish("news", "old");
    Peer peer = hub.connect();
    peer.subscribe("news");
    peer.subscribe("news", RED);
    peer.grant("news", 1, 1);
    peer.publish("news", "never");
    peer.unsubscribe("news", null);
    peer.subscribe("other");
    assertThat(peer.stream())
        .containsExactly(
            "busy", "busy", "busy", "busy", "subscribed at e1/1", "subscribed at e1/1");
    assertThat(hub.meter.faults(Code.BUSY)).isEqualTo(4);
    peer.publish("news", "now");
    peer.subscribe("other");
    assertThat(peer.stream()).contains("published e1/2", "subscribed at e2/0");
  }

  @Test
  void thousandSubscriptionsWithFiltersAndCreditAreRestoredAtOnceHoweverTheBrokerAnswers() {
    int subscriptions = hub.limits.session().subscriptions();
    Peer peer = hub.connect();
    for (int i = 0; i < subscriptions; i++) {
      peer.subscribe("c" + i, RED, new Credit(10, 1_000), null);
      peer.subscribe("c" + i, ROUND);
      peer.subscribe("c" + i, Filter.EVERYTHING);
      peer.grant("c" + i, 10, 1_000);
    }
    assertThat(peer.stream())
        .hasSize(3 * subscriptions)
        .allMatch(item -> item.startsWith("subscribed at "));
    assertThat(hub.meter.subscriptions()).isEqualTo(subscriptions);
  }

  @Test
  void channelOutsideTheGrantsIsForbiddenAndTheConnectionStays() {
    Grants grants = new Grants(List.of(), List.of(new ChannelPattern("open.*")));
    Peer peer = hub.connect(0, "guest", grants, Long.MAX_VALUE);
    peer.subscribe("secret");
    peer.subscribe("open.news");
    peer.publish("open.news", "no");
    assertThat(peer.stream())
        .containsExactlyInAnyOrder("forbidden", "forbidden", "subscribed at e1/0");
    assertThat(hub.memory.channels()).isEqualTo(1);
  }

  @Test
  void sinceCannotChangeUnderALiveSubscription() {
    Peer peer = hub.connect();
    peer.subscribe("news");
    peer.subscribe("news", RED, null, new Position("e1", 0));
    hub.settle();
    hub.publish("news", "plain");
    assertThat(peer.stream()).containsExactly("subscribed at e1/0", "already_subscribed", "plain");
  }

  @Test
  void creditWithoutSubscriptionIsNotSubscribed() {
    Peer peer = hub.connect();
    peer.grant("news", 1, 1);
    assertThat(peer.stream()).containsExactly("not_subscribed");
  }

  @Test
  void channelsBeyondTheLimitAreRefusedByName() {
    restart(TestLimits.with(new Limits.Hub(1, 1 << 20, 10, Duration.ofHours(24))));
    Peer peer = hub.connect();
    peer.subscribe("a");
    hub.settle();
    peer.subscribe("b");
    hub.settle();
    peer.publish("c", "c");
    assertThat(peer.stream())
        .containsExactly("subscribed at e1/0", "channel_limit", "channel_limit");
    peer.subscribe("a", RED);
    assertThat(peer.stream()).containsExactly("subscribed at e1/0");
  }
}
