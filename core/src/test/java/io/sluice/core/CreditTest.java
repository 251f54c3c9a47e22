package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Credit;
import io.sluice.model.Filter;
import io.sluice.model.Limits;
import java.util.stream.IntStream;
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
class CreditTest {
  /** What a publication of one letter costs on channel "c" in the counting form. */
  private static final int COST = 12;

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

  private Peer subscriber(long messages, long bytes) {
    Peer peer = hub.connect();
    peer.subscribe("c", new Credit(messages, bytes));
    hub.settle();
    peer.hear();
    return peer;
  }

  @Test
  void withoutCreditsOnlyTheSocketLimits() {
    Peer peer = hub.connect();
    peer.subscribe("c");
    hub.settle();
    peer.hear();
    hub.publish("c", IntStream.range(0, 700).mapToObj(Integer::toString).toArray(String[]::new));
    assertThat(peer.stream()).hasSize(700);
  }

  @Test
  void readerIsParkedWhenItsMessagesAreGoneAndRunsOnFromTheLogWhenTheyCome() {
    Peer peer = subscriber(2, 1_000);
    hub.publish("c", "1", "2", "3", "4", "5");
    assertThat(peer.stream()).containsExactly("1", "2");
    peer.grant("c", 2, 0);
    assertThat(peer.stream()).containsExactly("3", "4");
    peer.grant("c", 1_000, 0);
    hub.publish("c", "6");
    assertThat(peer.stream()).containsExactly("5", "6");
  }

  @Test
  void creditThatComesPublicationByPublicationIsKeptExactly() {
    Peer peer = subscriber(3, 1_000);
    hub.publish("c", "1");
    hub.publish("c", "2");
    hub.publish("c", "3");
    hub.publish("c", "4");
    assertThat(peer.stream()).containsExactly("1", "2", "3");
    peer.grant("c", 1, 0);
    assertThat(peer.stream()).containsExactly("4");
  }

  @Test
  void messageMayStartWhileOneByteIsLeftAndTheExcessIsPaidFirst() {
    Peer peer = subscriber(100, COST + 1);
    hub.publish("c", "1", "2", "3");
    assertThat(peer.stream()).containsExactly("1", "2");
    peer.grant("c", 0, COST - 1);
    assertThat(peer.stream()).isEmpty();
    peer.grant("c", 0, 1);
    assertThat(peer.stream()).containsExactly("3");
  }

  @Test
  void exactlyEnoughBytesLetNothingMoreStart() {
    Peer peer = subscriber(100, 2 * COST);
    hub.publish("c", "1", "2", "3");
    assertThat(peer.stream()).containsExactly("1", "2");
  }

  @Test
  void costCountsTheMessageAndNotItsFraming() {
    Peer peer = subscriber(1, 1);
    hub.publish("c", "1");
    assertThat(peer.hear())
        .singleElement()
        .extracting(item -> ((FakeSocket.Data) item).cost())
        .isEqualTo(COST);
  }

  @Test
  void creditAddsUpOverSubscribesAndGrants() {
    Peer peer = subscriber(1, 1_000);
    peer.subscribe("c", new Credit(1, 0));
    peer.grant("c", 1, 0);
    hub.settle();
    peer.hear();
    hub.publish("c", "1", "2", "3", "4");
    assertThat(peer.stream()).containsExactly("1", "2", "3");
  }

  @Test
  void subscriptionWithoutAnyCreditWaitsInTheLog() {
    Peer peer = subscriber(0, 0);
    hub.publish("c", "1");
    assertThat(peer.stream()).isEmpty();
    peer.grant("c", 1, 1);
    assertThat(peer.stream()).containsExactly("1");
  }

  @Test
  void subscriptionWithoutCreditsIsNeverMetered() {
    Peer peer = hub.connect();
    peer.subscribe("c");
    hub.settle();
    peer.subscribe("c", new Credit(1, 1));
    peer.grant("c", 1, 1);
    hub.settle();
    peer.hear();
    hub.publish("c", "1", "2", "3");
    assertThat(peer.stream()).containsExactly("1", "2", "3");
  }

  @Test
  void creditThatWouldOverflowIsRefusedAndNothingIsApplied() {
    Peer peer = subscriber(2, 2);
    peer.grant("c", Credit.MAX - 1, 0);
    peer.grant("c", 0, Credit.MAX - 1);
    peer.grant("c", Credit.MAX - 1, 1_000);
    peer.subscribe("c", TestPayload.filter("no", "body"), new Credit(1, Credit.MAX - 1), null);
    assertThat(peer.stream()).containsOnly("invalid_credit").hasSize(4);
    hub.publish("c", "1", "2");
    assertThat(peer.stream()).containsExactly("1");
  }

  @Test
  void theLargestIncrementMeansAsMuchAsCanBeHoweverOftenItIsGiven() {
    Peer peer = subscriber(1, 1);
    peer.grant("c", 1, Credit.MAX);
    peer.grant("c", Credit.MAX, Credit.MAX);
    assertThat(peer.stream()).isEmpty();
    hub.publish("c", "1", "2", "3", "4");
    assertThat(peer.stream()).containsExactly("1", "2", "3", "4");
  }

  @Test
  void creditThatWouldOverflowIsRefusedWhileParkedToo() {
    Peer peer = subscriber(0, 5);
    hub.publish("c", "1", "2");
    peer.grant("c", 1, Credit.MAX - 4);
    peer.grant("c", 1, Credit.MAX - 5);
    assertThat(peer.stream()).containsExactly("invalid_credit", "1");
  }

  @Test
  void largestBalanceIsExact() {
    Peer peer = subscriber(Credit.MAX, Credit.MAX);
    hub.publish("c", "1");
    peer.grant("c", 1, COST);
    peer.grant("c", 1, 0);
    assertThat(peer.stream()).containsExactly("1", "invalid_credit");
  }

  @Test
  void publicationThatNoFilterPassesCostsNoCreditAndIsNoGap() {
    Filter red = TestPayload.filter("colour", "red");
    Peer peer = hub.connect();
    peer.subscribe("c", red, new Credit(1, 1), null);
    hub.settle();
    peer.hear();
    hub.publish("c", "1", "2", "3");
    hub.publish("c", TestPayload.of("red").with("colour", "red"));
    assertThat(peer.stream()).containsExactly("red");
  }

  @Test
  void shortWriteCostsWhatWasTakenAndTheRestOfTheFrame() {
    Peer peer = subscriber(4, 1_000);
    peer.socket.stallAfter(2 * (COST + CountingForm.HEAD) + 1);
    hub.publish("c", "1", "2", "3", "4", "5", "6");
    peer.read();
    assertThat(peer.stream()).containsExactly("1", "2", "3", "4");
    peer.grant("c", 1, 0);
    assertThat(peer.stream()).containsExactly("5");
  }

  @Test
  void frameThatWasFinishedLaterCostsAllItsBytes() {
    Peer peer = subscriber(100, 2 * COST);
    peer.socket.stallAfter(COST + CountingForm.HEAD + 1);
    hub.publish("c", "1", "2");
    hub.publish("c", "3");
    peer.read();
    assertThat(peer.stream()).containsExactly("1", "2");
  }

  @Test
  void floodOfGrantsFeedsAReaderOnce() {
    Peer peer = subscriber(0, 0);
    hub.publish("c", "1");
    int turns = peer.rig.turns();
    for (int i = 0; i < 1_000; i++) {
      peer.grant("c", 0, 0);
    }
    hub.settle();
    assertThat(peer.rig.turns()).isEqualTo(turns + 1);
  }

  @Test
  void creditFollowsTheCursorIntoAnotherRoster() {
    Peer peer = subscriber(2, 1_000);
    hub.publish("c", "1");
    peer.subscribe("c", Filter.EVERYTHING);
    hub.settle();
    hub.publish("c", "2", "3");
    assertThat(peer.stream()).containsExactly("1", "subscribed at e1/1", "2");
  }

  @Test
  void readersWithDifferentCreditDoNotDelayEachOther() {
    restart(TestLimits.DEFAULTS);
    Peer poor = subscriber(1, 1_000);
    Peer rich = subscriber(3, 1_000);
    Peer middling = subscriber(2, 1_000);
    hub.publish("c", "1", "2", "3");
    assertThat(poor.stream()).containsExactly("1");
    assertThat(middling.stream()).containsExactly("1", "2");
    assertThat(rich.stream()).containsExactly("1", "2", "3");
    poor.grant("c", 9, 0);
    assertThat(poor.stream()).containsExactly("2", "3");
    hub.publish("c", "4");
    assertThat(poor.stream()).containsExactly("4");
    assertThat(rich.stream()).isEmpty();
  }
}
