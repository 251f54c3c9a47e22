package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Credit;
import io.sluice.model.Filter;
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
class SubscribingTest {
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

  private static TestPayload red(String text) {
    return TestPayload.of(text).with("colour", "red");
  }

  @Test
  void subscriberGetsEverythingAfterTheAnsweredPositionInOrder() {
    hub.publish("news", "before");
    Peer peer = hub.connect();
    peer.subscribe("news");
    hub.settle();
    hub.publish("news", "a", "b");
    hub.publish("news", "c");
    assertThat(peer.stream()).containsExactly("subscribed at e1/1", "a", "b", "c");
  }

  @Test
  void whatIsPublishedOnOneLaneArrivesOnAnother() {
    Peer reader = hub.connect(1);
    Peer writer = hub.connect(0);
    reader.subscribe("news");
    hub.settle();
    writer.publish("news", "hello");
    assertThat(reader.stream()).containsExactly("subscribed at e1/0", "hello");
    assertThat(writer.stream()).containsExactly("published e1/1");
  }

  @Test
  void whoSubscribesAndPublishesInOneBreathGetsItsOwn() {
    Peer peer = hub.connect();
    peer.subscribe("news");
    peer.publish("news", "mine");
    // A broker with threads of its own may hand on what it appended before it has said so.
    assertThat(peer.stream())
        .startsWith("subscribed at e1/0")
        .containsExactlyInAnyOrder("subscribed at e1/0", "published e1/1", "mine");
  }

  @Test
  void whatWaitedForTheLogIsPublishedThoughItsPublisherLeft() {
    Peer reader = hub.connect(1);
    reader.subscribe("news");
    hub.settle();
    Peer peer = hub.connect();
    peer.subscribe("news");
    peer.publish("news", "last words");
    peer.leave();
    assertThat(reader.stream()).containsExactly("subscribed at e1/0", "last words");
  }

  @Test
  void onlyOneOfTwoChannelsIsHeard() {
    Peer peer = hub.connect();
    peer.subscribe("task:sub");
    peer.subscribe("task");
    hub.settle();
    peer.unsubscribe("task", null);
    hub.settle();
    peer.hear();
    hub.publish("task", "no");
    hub.publish("task:sub", "yes");
    assertThat(peer.stream()).containsExactly("yes");
  }

  @Test
  void subscribeWithoutFiltersCountsOnlyWhileThereIsNoExplicitEntry() {
    Peer peer = hub.connect();
    peer.subscribe("news");
    peer.subscribe("news", RED);
    hub.settle();
    hub.publish("news", red("red"), TestPayload.of("plain"));
    peer.unsubscribe("news", RED);
    hub.settle();
    hub.publish("news", "plain again");
    assertThat(peer.stream())
        .containsExactly(
            "subscribed at e1/0", "subscribed at e1/0", "red", "unsubscribed", "plain again");
  }

  @Test
  void explicitEmptyFilterMeansEverything() {
    Peer peer = hub.connect();
    peer.subscribe("news", RED);
    peer.subscribe("news", Filter.EVERYTHING);
    hub.settle();
    hub.publish("news", red("red"), TestPayload.of("plain"));
    assertThat(peer.stream()).endsWith("red", "plain").hasSize(4);
  }

  @Test
  void publicationIsDeliveredOnceWhateverFiltersMatch() {
    Peer peer = hub.connect();
    peer.subscribe("news", RED);
    peer.subscribe("news", ROUND);
    hub.settle();
    peer.hear();
    hub.publish("news", red("both").with("shape", "round"), red("one"), TestPayload.of("none"));
    assertThat(peer.stream()).containsExactly("both", "one");
  }

  @Test
  void removingTheLastFilterEndsTheSubscription() {
    Peer peer = hub.connect();
    peer.subscribe("news", RED);
    hub.settle();
    peer.unsubscribe("news", RED);
    hub.settle();
    hub.publish("news", red("red"));
    assertThat(peer.stream()).containsExactly("subscribed at e1/0", "unsubscribed");
    assertThat(hub.meter.subscriptions()).isZero();
  }

  @Test
  void removingAFilterThatIsNotThereChangesNothing() {
    Peer peer = hub.connect();
    peer.subscribe("news", RED);
    hub.settle();
    peer.unsubscribe("news", ROUND);
    hub.settle();
    hub.publish("news", red("red"));
    assertThat(peer.stream()).containsExactly("subscribed at e1/0", "unsubscribed", "red");
  }

  @Test
  void unsubscribeIsConfirmedAlsoWithoutSubscription() {
    Peer peer = hub.connect();
    peer.unsubscribe("news", null);
    assertThat(peer.stream()).containsExactly("unsubscribed");
  }

  @Test
  void newFilterCountsFromTheAnsweredPositionOfAReaderThatIsBehind() {
    Peer peer = hub.connect();
    peer.subscribe("news", RED);
    hub.settle();
    peer.hear();
    peer.socket.stallAfter(3);
    hub.publish("news", red("first"), TestPayload.of("plain 2"));
    peer.subscribe("news", Filter.EVERYTHING);
    hub.publish("news", "plain 3");
    peer.read();
    assertThat(peer.stream()).containsExactly("first", "subscribed at e1/1", "plain 2", "plain 3");
  }

  @Test
  void subscribedStandsAtItsPlaceThoughPublicationsWaitForTheTurn() {
    Peer first = hub.connect();
    first.subscribe("news");
    hub.settle();
    first.hear();
    Peer second = hub.connect();
    hub.append("news", TestPayload.of("pending"));
    second.subscribe("news");
    first.subscribe("news", Filter.EVERYTHING);
    hub.publish("news", "next");
    assertThat(second.stream()).containsExactly("subscribed at e1/1", "next");
    assertThat(first.stream()).containsExactly("pending", "subscribed at e1/1", "next");
  }

  @Test
  void unsubscribedIsTheLastThatIsHeardOfAChannel() {
    Peer peer = hub.connect();
    peer.subscribe("news");
    hub.settle();
    hub.append("news", TestPayload.of("pending"));
    peer.unsubscribe("news", null);
    hub.publish("news", "later");
    assertThat(peer.stream()).last().isEqualTo("unsubscribed");
  }

  @Test
  void commandsForAChannelThatIsBeingOpenedKeepTheirOrder() {
    Peer peer = hub.connect();
    peer.subscribe("news", RED);
    peer.unsubscribe("news", null);
    peer.grant("news", 1, 1);
    peer.subscribe("news", ROUND);
    peer.publish("news", "plain");
    peer.unsubscribe("news", ROUND);
    peer.unsubscribe("news", null);
    assertThat(peer.stream())
        .containsExactly(
            "subscribed at e1/0",
            "unsubscribed",
            "not_subscribed",
            "subscribed at e1/0",
            "unsubscribed",
            "unsubscribed",
            "published e1/1");
    assertThat(hub.meter.subscriptions()).isZero();
  }

  @Test
  void sessionThatClosesWhileItsChannelIsOpenedLeavesNothingBehind() {
    Peer peer = hub.connect();
    peer.subscribe("news");
    peer.leave();
    hub.settle();
    assertThat(hub.meter.subscriptions()).isZero();
    assertThat(hub.meter.sessions()).isZero();
    hub.pass(hub.limits.log().age().plusSeconds(2));
    assertThat(hub.memory.channels()).isZero();
  }

  @Test
  void channelThatNobodyHearsIsLeftAndOpenedAgain() {
    Peer peer = hub.connect();
    for (int i = 0; i < 3; i++) {
      peer.subscribe("news");
      hub.settle();
      hub.publish("news", "heard " + i);
      peer.unsubscribe("news", null);
      hub.settle();
      hub.publish("news", "unheard " + i);
    }
    assertThat(peer.stream())
        .containsExactly(
            "subscribed at e1/0",
            "heard 0",
            "unsubscribed",
            "subscribed at e1/2",
            "heard 1",
            "unsubscribed",
            "subscribed at e1/4",
            "heard 2",
            "unsubscribed");
  }

  @Test
  void formThatChangesMidWayAppliesFromTheNextPublication() {
    CountingForm extended = new CountingForm(2);
    Peer peer = hub.connect();
    Peer other = hub.connect();
    peer.subscribe("news");
    other.subscribe("news");
    hub.settle();
    peer.hear();
    hub.publish("news", "old");
    peer.session.use(extended);
    hub.publish("news", "new");
    assertThat(peer.hear())
        .extracting(item -> ((FakeSocket.Data) item).tag())
        .containsExactly(1, 2);
    assertThat(other.hear()).last().extracting(item -> ((FakeSocket.Data) item).tag()).isEqualTo(1);
  }

  @Test
  void formThatChangesWhileAFrameIsHalfWrittenDoesNotTearIt() {
    CountingForm extended = new CountingForm(2);
    Peer peer = hub.connect();
    peer.subscribe("news", new Credit(10, 1_000));
    hub.settle();
    peer.hear();
    peer.socket.stallAfter(9);
    hub.publish("news", "old", "next");
    peer.session.use(extended);
    peer.read();
    assertThat(peer.hear())
        .extracting(item -> ((FakeSocket.Data) item).tag())
        .containsExactly(1, 2);
  }
}
