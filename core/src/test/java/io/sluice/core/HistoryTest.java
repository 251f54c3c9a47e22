package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.log.HistoryReading;
import io.sluice.model.ChannelPattern;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import io.sluice.model.Grants;
import io.sluice.model.Limits;
import io.sluice.model.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a channel's log still has, for whoever asks. */
class HistoryTest {
  private Hub hub;

  @AfterEach
  void close() {
    hub.close();
  }

  private static Limits.Session sessionOf(int inquiries, int historyBytes) {
    return new Limits.Session(
        10,
        64,
        10,
        4_096,
        1 << 18,
        100,
        256,
        1 << 20,
        64,
        1 << 18,
        inquiries,
        historyBytes,
        Duration.ofSeconds(30));
  }

  @ParameterizedTest
  @EnumSource
  void withoutSinceTheNewestComeOldestFirst(Answering answering) {
    hub = new Hub(answering);
    Peer peer = hub.connect();
    hub.publish("c", "1", "2", "3");
    peer.hear();
    peer.history("c", 2);
    assertThat(peer.stream()).containsExactly("history to e1/3: 2{} 3{}");
  }

  @ParameterizedTest
  @EnumSource
  void withSinceAllPagesTogetherAreWhatCameAfterIt(Answering answering) {
    hub = new Hub(answering);
    Peer peer = hub.connect();
    hub.publish("c", "1", "2", "3", "4");
    peer.hear();
    peer.historySince("c", "e1", 1, 2);
    assertThat(peer.stream()).containsExactly("history to e1/4, recovered, more: 2{} 3{}");
    peer.historySince("c", "e1", 3, 2);
    assertThat(peer.stream()).containsExactly("history to e1/4, recovered: 4{}");
    peer.historySince("c", "e1", 4, 2);
    assertThat(peer.stream()).containsExactly("history to e1/4, recovered:");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsMissingBetweenSinceAndTheFirstIsSaid(Answering answering) {
    hub = new Hub(answering, TestLimits.with(TestLimits.logOf(2)));
    Peer peer = hub.connect();
    hub.publish("c", "1", "2", "3", "4");
    peer.hear();
    peer.historySince("c", "e1", 1, 10);
    peer.historySince("c", "e1", 2, 10);
    peer.historySince("c", "another", 3, 10);
    assertThat(peer.stream())
        .containsExactly(
            "history to e1/4: 3{} 4{}",
            "history to e1/4, recovered: 3{} 4{}",
            "history to e1/4: 3{} 4{}");
  }

  @ParameterizedTest
  @EnumSource
  void sinceAheadOfTheChannelIsRefused(Answering answering) {
    hub = new Hub(answering);
    Peer peer = hub.connect();
    hub.publish("c", "1");
    peer.hear();
    peer.historySince("c", "e1", 2, 10);
    peer.history("c", 1);
    assertThat(peer.stream()).containsExactly("invalid_position", "history to e1/1: 1{}");
  }

  @ParameterizedTest
  @EnumSource
  void answerEndsAtItsBytesButHoldsOnePublicationAlways(Answering answering) {
    hub = new Hub(answering, TestLimits.with(sessionOf(4, 300)));
    Peer peer = hub.connect();
    // 128 bytes of overhead each, so two of a byte fit.
    hub.publish("c", "1", "2", "3");
    hub.publish("c", "x".repeat(400));
    peer.hear();
    peer.historySince("c", "e1", 0, 10);
    peer.historySince("c", "e1", 3, 10);
    peer.history("c", 10);
    String large = "x".repeat(400) + "{}";
    assertThat(peer.stream())
        .containsExactly(
            "history to e1/4, recovered, more: 1{} 2{}",
            "history to e1/4, recovered: " + large,
            "history to e1/4: " + large);
  }

  @ParameterizedTest
  @EnumSource
  void historyOfAChannelThatNeverWasIsEmpty(Answering answering) {
    hub = new Hub(answering);
    Peer peer = hub.connect();
    peer.hear();
    peer.history("c", 10);
    assertThat(peer.stream()).containsExactly("history to e1/0:");
  }

  @ParameterizedTest
  @EnumSource
  void itTakesTheRightToSubscribe(Answering answering) {
    hub = new Hub(answering);
    Grants grants = new Grants(List.of(ChannelPattern.ALL), List.of(new ChannelPattern("mine")));
    Peer peer = hub.connect(0, "ada", grants, Long.MAX_VALUE);
    peer.hear();
    peer.history("other", 10);
    peer.history("mine", 10);
    assertThat(peer.stream()).containsExactly("forbidden", "history to e1/0:");
  }

  @ParameterizedTest
  @EnumSource
  void whoAsksTooMuchAtOnceIsToldBusyAndTheRestIsAnswered(Answering answering) {
    hub = new Hub(answering, TestLimits.with(sessionOf(2, 1_000)));
    Peer peer = hub.connect();
    hub.publish("c", "1");
    peer.hear();
    for (int i = 0; i < 5; i++) {
      peer.history("c", 1);
    }
    assertThat(peer.stream())
        .containsExactly("busy", "busy", "busy", "history to e1/1: 1{}", "history to e1/1: 1{}");
    peer.history("c", 1);
    assertThat(peer.stream()).containsExactly("history to e1/1: 1{}");
  }

  @ParameterizedTest
  @EnumSource
  void onlyOneAnswerWaitsForASocketThatTakesNothing(Answering answering) {
    hub = new Hub(answering);
    Peer peer = hub.connect();
    hub.publish("c", "1");
    peer.hear();
    peer.socket.stallAfter(0);
    peer.history("c", 1);
    hub.settle();
    int one = peer.socket.owed();
    peer.history("c", 1);
    peer.askWho("c");
    hub.settle();
    assertThat(peer.socket.owed()).isEqualTo(one).isPositive();
    assertThat(peer.hear()).isEmpty();
    peer.read();
    assertThat(peer.stream())
        .containsExactly("history to e1/1: 1{}", "history to e1/1: 1{}", "presence of 0");
  }

  @ParameterizedTest
  @EnumSource
  void whoLeavesMeanwhileIsNotAnsweredAndTheLogIsGivenBack(Answering answering) {
    hub = new Hub(answering);
    Peer peer = hub.connect();
    hub.publish("c", "1");
    peer.history("c", 1);
    peer.history("c", 1);
    peer.leave();
    hub.settle();
    hub.pass(Duration.ofMinutes(6));
    assertThat(hub.memory.channels()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsReadOnceTheLaneStops(Answering answering) {
    hub = new Hub(answering);
    Peer peer = hub.connect();
    peer.hear();
    hub.rig(0).lane.stop(CloseReason.RESTART);
    peer.history("c", 1);
    assertThat(peer.stream()).containsExactly("shutting_down", "closed restart");
  }

  @ParameterizedTest
  @EnumSource
  void whoIsOnNoConnectionGetsTheSame(Answering answering) {
    hub = new Hub(answering);
    hub.publish("c", "1", "2");
    List<Object> answers = new ArrayList<>();
    HistoryReading.Answer answer =
        new HistoryReading.Answer() {
          @Override
          public void read(Event.History history) {
            answers.add(
                List.of(history.head(), history.recovered(), history.publications().size()));
          }

          @Override
          public void failed(Fault fault) {
            answers.add(fault.code().text());
          }
        };
    Position since = new Position("e1", 1);
    hub.switchboard.history(Hub.channel("c"), since, 10, hub.time.now(), answer);
    hub.settleBroker();
    Position ahead = new Position("e1", 3);
    hub.switchboard.history(Hub.channel("c"), ahead, 10, hub.time.now(), answer);
    hub.settleBroker();
    assertThat(answers)
        .containsExactly(List.of(new Position("e1", 2), true, 1), "invalid_position");
  }

  /** So many stalled sockets of one lane hold answers that take, about, {@code unread} bytes. */
  private List<Peer> stalledReaders(int count, int unread) {
    Limits.Lane lane = TestLimits.DEFAULTS.lane();
    hub =
        new Hub(
            Answering.AT_ONCE,
            TestLimits.with(
                new Limits.Lane(
                    lane.batchBytes(),
                    lane.batchMessages(),
                    lane.turnBatches(),
                    lane.catchUpBytes(),
                    lane.catchUpFeeds(),
                    lane.closes(),
                    lane.conflations(),
                    unread)));
    hub.publish("c", "1", "2", "3", "4", "5", "6", "7", "8");
    List<Peer> peers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Peer peer = hub.connect();
      peer.socket.stallAfter(0);
      peer.history("c", 8);
      peers.add(peer);
    }
    return peers;
  }

  @Test
  void answersThatNobodyReadsAreBoundedInAllOfALane() {
    List<Peer> stalled = stalledReaders(8, 1_000);
    Peer healthy = hub.connect();
    healthy.history("c", 1);
    assertThat(healthy.stream()).containsExactly("busy");
    stalled.get(0).read();
    healthy.history("c", 1);
    assertThat(healthy.stream()).containsExactly("history to e1/8: 8{}");
    stalled.get(1).leave();
    healthy.history("c", 1);
    assertThat(healthy.stream()).containsExactly("history to e1/8: 8{}");
  }

  @Test
  void pagesGetShorterTheMoreIsUnread() {
    List<Peer> stalled = stalledReaders(1, 16 * 600);
    stalled.get(0).read();
    assertThat(stalled.get(0).stream()).containsExactly("history to e1/8: 5{} 6{} 7{} 8{}");
  }
}
