package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.log.Broker;
import io.sluice.model.ChannelPattern;
import io.sluice.model.ChannelSettings;
import io.sluice.model.Code;
import io.sluice.model.Command;
import io.sluice.model.Credit;
import io.sluice.model.Draft;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import io.sluice.model.GapReason;
import io.sluice.model.Grants;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces;
import io.sluice.model.Position;
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

/** A slow reader of channel "c" slows its writers; channel "free" is as usual. */
@ParameterizedClass
@EnumSource(Answering.class)
@ExtendWith(NamesSeed.class)
class HoldTest {
  /** What a publication of one letter by "user" counts. */
  private static final int SIZE = 133;

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Credit NONE = new Credit(0, 1_000_000);

  @Parameter Answering answering;
  private Hub hub;
  private Peer writer;

  @BeforeEach
  void open() {
    start(TestLimits.DEFAULTS, TestLimits.logOf(100), holding(3, 64));
  }

  @AfterEach
  void close() {
    hub.close();
  }

  /** Room for so many publications of one letter. */
  private static ChannelSettings.Hold holding(int publications, int readers) {
    return new ChannelSettings.Hold((long) publications * SIZE, readers, PATIENCE);
  }

  private void start(Limits limits, Limits.Log log, ChannelSettings.Hold hold) {
    ChannelSettings usual = ChannelSettings.of(log);
    ChannelSettings held =
        new ChannelSettings(
            log,
            usual.delivery(),
            hold,
            null,
            true,
            usual.rights(),
            usual.clients(),
            usual.priority());
    Namespaces.Namespace namespace = new Namespaces.Namespace(new ChannelPattern("c"), held);
    hub = new Hub(answering, limits, new Namespaces(List.of(namespace), usual));
    writer = hub.connect();
  }

  private void restart(Limits limits, Limits.Log log, ChannelSettings.Hold hold) {
    hub.close();
    start(limits, log, hold);
  }

  /** Somebody who holds, and has no credit. */
  private Peer stalled(int lane) {
    Peer reader = hub.connect(lane);
    reader.subscribe("c", NONE);
    assertThat(reader.stream()).hasSize(1).first().asString().endsWith(", holds");
    return reader;
  }

  /** Somebody who holds, and takes whatever comes. */
  private Peer reading(int lane) {
    Peer reader = hub.connect(lane);
    reader.subscribe("c");
    assertThat(reader.stream()).hasSize(1).first().asString().endsWith(", holds");
    return reader;
  }

  private void write(String... texts) {
    for (String text : texts) {
      writer.publish("c", text);
    }
    hub.settle();
  }

  @Test
  void whatDoesNotFitBeforeTheSlowestReaderWaitsAndEntersInItsOrderAsTheReaderMoves() {
    Peer reader = stalled(0);
    write("1", "2", "3", "4", "5", "6", "7");
    assertThat(writer.stream())
        .containsExactly(
            "published e1/1", "published e1/2", "published e1/3", "held c by 1 with 399");
    assertThat(hub.memory.waiting()).isEqualTo(4);
    assertThat(hub.memory.waitingBytes()).isEqualTo(4 * SIZE);
    assertThat(hub.memory.heldChannels()).isEqualTo(1);
    reader.grant("c", 2, 0);
    assertThat(reader.stream()).containsExactly("1", "2");
    assertThat(writer.stream()).containsExactly("published e1/4", "published e1/5");
    reader.grant("c", 2, 0);
    assertThat(reader.stream()).containsExactly("3", "4");
    assertThat(writer.stream()).containsExactly("published e1/6", "published e1/7", "released c");
    assertThat(hub.memory.waiting()).isZero();
    assertThat(hub.memory.waitingBytes()).isZero();
    assertThat(hub.memory.heldChannels()).isZero();
    assertThat(hub.meter.releases()).isEqualTo(1);
    reader.grant("c", 100, 0);
    assertThat(reader.stream()).containsExactly("5", "6", "7");
  }

  @Test
  void whatDoesNotFitBeforeTheSlowestReaderOfALaneWaitsThoughOthersKeepUp() {
    Peer quick = reading(0);
    Peer reader = stalled(0);
    Peer later = stalled(0);
    write("1", "2", "3");
    write("4");
    assertThat(quick.stream()).containsExactly("1", "2", "3");
    assertThat(writer.stream()).endsWith("held c by 2 with 399");
    later.grant("c", 2, 0);
    hub.settle();
    reader.grant("c", 1, 0);
    assertThat(writer.stream()).containsExactly("published e1/4", "released c");
    write("5");
    assertThat(writer.stream()).containsExactly("held c by 2 with 399");
    reader.grant("c", 2, 0);
    assertThat(writer.stream()).containsExactly("published e1/5", "released c");
  }

  @Test
  void everyWriterThatWaitsIsToldSoAndReleasedWhenItsOwnAreIn() {
    Peer reader = stalled(0);
    Peer other = hub.connect(1);
    write("1", "2", "3", "4");
    other.publish("c", "5");
    hub.settle();
    writer.publish("c", "6");
    assertThat(writer.stream()).endsWith("held c by 1 with 399");
    assertThat(other.stream()).containsExactly("held c by 1 with 399");
    reader.grant("c", 2, 0);
    assertThat(writer.stream()).containsExactly("published e1/4");
    assertThat(other.stream()).containsExactly("published e1/5", "released c");
    reader.grant("c", 1, 0);
    assertThat(writer.stream()).containsExactly("published e1/6", "released c");
    assertThat(hub.meter.releases()).isEqualTo(2);
  }

  @Test
  void whileAnythingWaitsEverythingWaitsBehindItHoweverSmall() {
    Peer reader = stalled(0);
    write("1", "2");
    writer.publish("c", "x".repeat(200));
    hub.settle();
    write("3");
    assertThat(writer.stream())
        .containsExactly("published e1/1", "published e1/2", "held c by 1 with 266");
    reader.grant("c", 1, 0);
    assertThat(writer.stream()).isEmpty();
    reader.grant("c", 1, 0);
    assertThat(writer.stream())
        .as("it needs all of the room but fits alone with nothing before it")
        .containsExactly("published e1/3");
    reader.grant("c", 1, 0);
    assertThat(writer.stream()).containsExactly("published e1/4", "released c");
  }

  @Test
  void oneThatIsLargerThanTheHoldEntersOnceNothingLiesBeforeTheSlowest() {
    Peer reader = stalled(0);
    String large = "x".repeat(2_000);
    write(large, "2");
    assertThat(writer.stream()).containsExactly("published e1/1", "held c by 1 with 2132");
    reader.grant("c", 1, 0);
    assertThat(reader.stream()).containsExactly(large);
    assertThat(writer.stream()).containsExactly("published e1/2", "released c");
    write(large);
    assertThat(writer.stream()).containsExactly("held c by 1 with 133");
    reader.grant("c", 1, 0);
    assertThat(writer.stream()).containsExactly("published e1/3", "released c");
  }

  @Test
  void publicationsThatTheLogCouldNotCountWaitTooHoweverFewBytesTheyHave() {
    restart(TestLimits.DEFAULTS, TestLimits.logOf(4), holding(100, 64));
    Peer reader = stalled(0);
    write("1", "2", "3", "4", "5");
    assertThat(writer.stream()).hasSize(5).endsWith("published e1/4", "held c by 1 with 532");
    reader.grant("c", 10, 0);
    assertThat(reader.stream()).containsExactly("1", "2", "3", "4", "5");
  }

  @Test
  void nothingThatAHoldingReaderHasNotTakenIsEvictedByCountBytesOrAge() {
    Limits.Log tight =
        new Limits.Log(3, 3 * SIZE, Duration.ofSeconds(5), 1 << 20, 10, Duration.ofMinutes(5));
    restart(TestLimits.DEFAULTS, tight, holding(3, 64));
    write("0", "0");
    Peer reader = stalled(0);
    write("1", "2", "3", "4");
    hub.pass(Duration.ofSeconds(20));
    assertThat(reader.session.cursor(Hub.channel("c")).fanout.log().first()).isEqualTo(3);
    reader.grant("c", 10, 0);
    assertThat(reader.stream().stream().filter(text -> !text.equals("heartbeat")))
        .containsExactly("1", "2", "3", "4");
    assertThat(hub.meter.gaps(GapReason.EVICTED)).isZero();
  }

  @Test
  void whatAReaderHasTakenIsEvictedAsEver() {
    restart(TestLimits.DEFAULTS, TestLimits.logOf(3), holding(3, 64));
    Peer reader = reading(0);
    write("1", "2", "3", "4", "5");
    assertThat(reader.stream()).containsExactly("1", "2", "3", "4", "5");
    Peer late = hub.connect();
    late.subscribeSince("c", "e1", 0);
    assertThat(late.stream())
        .containsExactly("subscribed at e1/0, holds", "gap e1/1-2", "3", "4", "5");
  }

  @Test
  void readerThatComesBackHoldsFromWhereItLeftOff() {
    write("1", "2", "3", "4", "5");
    Peer reader = hub.connect();
    reader.subscribe("c", null, NONE, new Position("e1", 1));
    assertThat(reader.stream()).containsExactly("subscribed at e1/1, recovered, holds");
    List<String> _ = writer.stream();
    write("6");
    assertThat(writer.stream()).containsExactly("held c by 1 with 532");
    reader.grant("c", 1, 0);
    assertThat(writer.stream()).isEmpty();
    reader.grant("c", 1, 0);
    assertThat(writer.stream()).containsExactly("published e1/6", "released c");
  }

  @Test
  void readersThatKeepUpHoldNothingBack() {
    Peer near = reading(0);
    Peer far = reading(1);
    for (int i = 0; i < 9; i++) {
      write(Integer.toString(i));
    }
    assertThat(near.stream()).hasSize(9);
    assertThat(far.stream()).hasSize(9);
    assertThat(writer.stream()).hasSize(9).allMatch(text -> text.startsWith("published"));
  }

  // Room to wait

  @Test
  void moreThanAWriterMayLetWaitIsHoldFullAndItsOthersWaitOn() {
    Limits.Session d = TestLimits.DEFAULTS.session();
    restart(TestLimits.with(waiting(d, 2, 1 << 20)), TestLimits.logOf(100), holding(1, 64));
    Peer reader = stalled(0);
    Peer other = hub.connect(1);
    write("1", "2", "3", "4");
    assertThat(writer.stream())
        .containsExactlyInAnyOrder("published e1/1", "held c by 1 with 133", "hold_full");
    other.publish("c", "5");
    hub.settle();
    assertThat(other.stream()).containsExactly("held c by 1 with 133");
    reader.grant("c", 10, 0);
    assertThat(reader.stream()).containsExactly("1", "2", "3", "5");
    assertThat(writer.stream()).containsExactly("published e1/2", "published e1/3", "released c");
    assertThat(hub.meter.faults(Code.HOLD_FULL)).isEqualTo(1);
  }

  @Test
  void bytesOfAWriterMayWaitUpToABoundAndOnePublicationAlways() {
    Limits.Session d = TestLimits.DEFAULTS.session();
    restart(TestLimits.with(waiting(d, 64, 300)), TestLimits.logOf(100), holding(1, 64));
    Peer reader = stalled(0);
    write("1");
    writer.publish("c", "x".repeat(1_000));
    hub.settle();
    assertThat(writer.stream()).containsExactly("published e1/1", "held c by 1 with 133");
    write("3");
    assertThat(writer.stream()).containsExactly("hold_full");
    reader.grant("c", 10, 0);
    assertThat(writer.stream()).containsExactly("published e1/2", "released c");
    assertThat(reader.stream()).hasSize(2);
  }

  private static Limits.Session waiting(Limits.Session d, int publishes, int bytes) {
    return new Limits.Session(
        d.subscriptions(),
        d.channelsPerMessage(),
        d.filters(),
        d.filterBytes(),
        d.allFilterBytes(),
        d.commandsWaiting(),
        d.publishesInFlight(),
        d.publishBytesInFlight(),
        publishes,
        bytes,
        d.inquiries(),
        d.historyBytes(),
        d.heartbeat());
  }

  @Test
  void anotherChannelIsNotHeld() {
    stalled(0);
    Peer free = hub.connect();
    free.subscribe("free", NONE);
    write("1", "2", "3", "4");
    writer.publish("free", "now");
    assertThat(writer.stream()).contains("published e2/1");
    assertThat(hub.memory.waiting()).isEqualTo(1);
    assertThat(free.stream()).containsExactly("subscribed at e2/0");
  }

  @Test
  void repetitionOfWhatWaitsIsAppendedOnceAndBothAreAnswered() {
    Peer reader = stalled(0);
    write("1", "2", "3");
    List<String> _ = writer.stream();
    for (int i = 0; i < 2; i++) {
      writer.say(
          new Command.Publish(
              Peer.id("once" + i), Hub.channel("c"), TestPayload.of("4"), true, null, "key"));
    }
    write("5");
    assertThat(writer.stream()).containsExactly("held c by 1 with 399");
    reader.grant("c", 1, 0);
    assertThat(writer.stream()).containsExactly("published e1/4", "published e1/4");
    reader.grant("c", 10, 0);
    assertThat(reader.stream()).containsExactly("1", "2", "3", "4", "5");
    assertThat(writer.stream()).containsExactly("published e1/5", "released c");
  }

  @Test
  void repetitionOfWhatIsInNeedsNoRoom() {
    stalled(0);
    for (int i = 0; i < 2; i++) {
      writer.say(
          new Command.Publish(
              Peer.id("once" + i),
              Hub.channel("c"),
              TestPayload.of("x".repeat(2_000)),
              true,
              null,
              "key"));
    }
    assertThat(writer.stream()).containsExactly("published e1/1", "published e1/1");
  }

  @Test
  void whatAWriterHasLeftWaitingEntersThoughItsConnectionHasEnded() {
    Peer reader = stalled(0);
    write("1", "2", "3", "4");
    writer.leave();
    hub.settle();
    reader.grant("c", 10, 0);
    assertThat(reader.stream()).containsExactly("1", "2", "3", "4");
    assertThat(hub.memory.waiting()).isZero();
  }

  @Test
  void whoHasNoConnectionIsToldAtOnceThatTheHoldIsFull() {
    stalled(0);
    write("1", "2", "3");
    List<String> outcomes = new ArrayList<>();
    hub.switchboard.publish(draft("page"), hub.time.now(), note(outcomes));
    hub.settle();
    assertThat(outcomes).containsExactly("hold_full");
    assertThat(hub.memory.waiting()).isZero();
  }

  private static Draft draft(String text) {
    return new Draft(
        Hub.channel("c"), Draft.Kind.BROADCAST, null, TestPayload.of(text), null, null);
  }

  private static Broker.Receipt note(List<String> outcomes) {
    return new Broker.Receipt() {
      @Override
      public void appended(Position position) {
        outcomes.add("appended " + position.offset());
      }

      @Override
      public void failed(Fault fault) {
        outcomes.add(fault.code().text());
      }

      @Override
      public void held(int readers, long bytes) {
        outcomes.add("held");
      }

      @Override
      public Broker.Writer writer() {
        return new Broker.Writer(TestLimits.DEFAULTS.session());
      }
    };
  }

  @Test
  void whatWaitsWhenTheBrokerIsClosedIsAnswered() {
    stalled(0);
    write("1", "2", "3");
    List<String> outcomes = new ArrayList<>();
    hub.memory.publish(draft("4"), hub.time.now(), note(outcomes));
    assertThat(outcomes).containsExactly("held");
    hub.memory.close();
    assertThat(outcomes).containsExactly("held", "broker_unavailable");
    assertThat(hub.memory.waiting()).isZero();
    assertThat(hub.memory.heldChannels()).isZero();
  }

  @Test
  void receiptThatThrowsKeepsNobodyElseFromBeingAnswered() {
    Peer reader = stalled(0);
    write("1", "2", "3");
    hub.memory.publish(
        draft("4"),
        hub.time.now(),
        new Broker.Receipt() {
          @Override
          public void appended(Position position) {
            throw new IllegalStateException("a bug of the caller's");
          }

          @Override
          public void failed(Fault fault) {}

          @Override
          public Broker.Writer writer() {
            return new Broker.Writer(TestLimits.DEFAULTS.session());
          }
        });
    write("5");
    reader.grant("c", 10, 0);
    try {
      hub.settle();
    } catch (IllegalStateException expected) {
      assertThat(expected).hasMessage("a bug of the caller's");
    }
    write("6");
    assertThat(writer.stream()).endsWith("published e1/5", "released c", "published e1/6");
  }

  // Memory

  @Test
  void whatWaitsCountsAgainstTheBudgetOfAllLogsAndBeyondItIsRefused() {
    Limits.Hub small = new Limits.Hub(10, 5 * SIZE, 10, Duration.ofHours(1));
    restart(TestLimits.with(small), TestLimits.logOf(100), holding(3, 64));
    Peer reader = stalled(0);
    write("1", "2", "3", "4", "5", "6");
    assertThat(writer.stream())
        .containsExactlyInAnyOrder(
            "published e1/1",
            "published e1/2",
            "published e1/3",
            "held c by 1 with 399",
            "memory_limit");
    assertThat(hub.memory.logBytes()).isEqualTo(5 * SIZE);
    reader.grant("c", 10, 0);
    assertThat(reader.stream()).containsExactly("1", "2", "3", "4", "5");
    assertThat(hub.memory.logBytes()).isEqualTo(5 * SIZE);
  }

  @Test
  void budgetTakesFromAHeldLogOnlyWhatItsReadersHaveTaken() {
    Limits.Hub small = new Limits.Hub(10, 4 * SIZE, 10, Duration.ofHours(1));
    restart(TestLimits.with(small), TestLimits.logOf(100), holding(3, 64));
    write("1", "2");
    Peer reader = stalled(0);
    write("3", "4", "5");
    assertThat(writer.stream()).hasSize(5).allMatch(text -> text.startsWith("published"));
    assertThat(hub.memory.logBytes()).isEqualTo(4 * SIZE);
    write("6", "7");
    assertThat(writer.stream()).containsExactlyInAnyOrder("held c by 1 with 399", "memory_limit");
    reader.grant("c", 10, 0);
    assertThat(reader.stream()).containsExactly("3", "4", "5", "6");
  }

  // Who holds

  @Test
  void readerMayDeclineToHold() {
    Peer reader = hub.connect();
    reader.hold("c", false);
    assertThat(reader.stream()).containsExactly("subscribed at e1/0");
    reader.socket.stallAfter(0);
    write("1", "2", "3", "4", "5");
    assertThat(writer.stream()).hasSize(5).endsWith("published e1/5");
  }

  @Test
  void readersBeyondTheLimitOfTheChannelJustReadOnWhateverLane() {
    restart(TestLimits.DEFAULTS, TestLimits.logOf(100), holding(3, 2));
    Peer first = stalled(0);
    stalled(1);
    Peer third = hub.connect(1);
    third.subscribe("c");
    assertThat(third.stream()).containsExactly("subscribed at e1/0");
    first.unsubscribe("c", null);
    hub.settle();
    third.hold("c", true);
    assertThat(third.stream()).containsExactly("subscribed at e1/0, holds");
  }

  @Test
  void channelThatDoesNotHoldTellsSoByNotSayingIt() {
    Peer reader = hub.connect();
    reader.hold("free", true);
    assertThat(reader.stream()).containsExactly("subscribed at e1/0");
  }

  @Test
  void slowestOfAllLanesCounts() {
    Peer near = stalled(0);
    Peer far = stalled(1);
    write("1", "2", "3", "4", "5");
    assertThat(writer.stream()).endsWith("held c by 2 with 399");
    near.grant("c", 100, 0);
    assertThat(near.stream()).containsExactly("1", "2", "3");
    assertThat(writer.stream()).isEmpty();
    far.grant("c", 1, 0);
    assertThat(writer.stream()).containsExactly("published e1/4");
    assertThat(near.stream()).containsExactly("4");
    far.grant("c", 100, 0);
    assertThat(writer.stream()).containsExactly("published e1/5", "released c");
  }

  @Test
  void readerThatEndsOrUnsubscribesOrGivesUpItsHoldLetsTheWritersGoOn() {
    Peer leaving = stalled(1);
    write("1", "2", "3", "4");
    leaving.leave();
    assertThat(writer.stream()).endsWith("published e1/4", "released c");
    Peer unsubscribing = stalled(0);
    write("5", "6", "7", "8");
    unsubscribing.unsubscribe("c", null);
    assertThat(writer.stream()).endsWith("published e1/8", "released c");
    Peer declining = stalled(1);
    write("9", "a", "b", "c");
    declining.hold("c", false);
    assertThat(writer.stream()).endsWith("published e1/12", "released c");
    declining.grant("c", 10, 0);
    assertThat(declining.stream()).containsExactly("subscribed at e1/8", "9", "a", "b", "c");
  }

  @Test
  void readerWhoseFilterLetsNothingPassHoldsNothingBack() {
    Peer reader = hub.connect();
    reader.subscribe("c", TestPayload.filter("kind", "rare"), NONE, null);
    List<String> _ = reader.stream();
    for (int i = 1; i <= 8; i++) {
      write(Integer.toString(i));
    }
    assertThat(writer.stream()).hasSize(8).endsWith("published e1/8");
  }

  @Test
  void readerHoldsFromWhatItsFiltersLetPassAndNoLongerWhenTheyDoNot() {
    Peer reader = hub.connect();
    reader.subscribe("c", TestPayload.filter("kind", "rare"), NONE, null);
    reader.subscribe("c", TestPayload.filter("kind", "other"));
    List<String> _ = reader.stream();
    write("1");
    writer.say(
        new Command.Publish(
            Peer.id("2"),
            Hub.channel("c"),
            TestPayload.of("2").with("kind", "rare"),
            true,
            null,
            null));
    write("3", "4");
    write("5");
    assertThat(writer.stream()).last().asString().startsWith("held c by 1 with ");
    reader.unsubscribe("c", TestPayload.filter("kind", "rare"));
    assertThat(writer.stream()).endsWith("published e1/5", "released c");
  }

  @Test
  void readerWhoseSocketFallsShortHoldsFromBehindTheFrameThatWasBegun() {
    Peer reader = reading(0);
    reader.socket.stallAfter(5);
    write("1", "2", "3");
    write("4");
    assertThat(writer.stream())
        .as("the first is owed by the socket, not by the log")
        .endsWith("published e1/3", "published e1/4");
    write("5");
    assertThat(writer.stream()).containsExactly("held c by 1 with 399");
    reader.read();
    assertThat(reader.stream()).containsExactly("1", "2", "3", "4", "5");
    assertThat(writer.stream()).containsExactly("published e1/5", "released c");
  }

  @Test
  void writerThatReadsWhatItWritesIsReleasedByItsOwnCredit() {
    writer.subscribe("c", NONE);
    write("1", "2", "3", "4");
    assertThat(writer.stream()).endsWith("held c by 1 with 399");
    writer.grant("c", 10, 0);
    assertThat(writer.stream())
        .containsExactlyInAnyOrder("1", "2", "3", "4", "published e1/4", "released c");
  }

  // Patience

  @Test
  void readerThatHasNotMovedForSoLongLosesItsHoldAndIsToldOnce() {
    Peer reader = stalled(0);
    write("1", "2", "3", "4");
    List<String> _ = writer.stream();
    hub.pass(PATIENCE);
    assertThat(talk(reader)).isEmpty();
    assertThat(talk(writer)).isEmpty();
    hub.pass(Duration.ofSeconds(1));
    assertThat(talk(reader)).containsExactly("hold_lost");
    assertThat(talk(writer)).containsExactly("published e1/4", "released c");
    write("5", "6", "7", "8", "9");
    assertThat(talk(writer)).hasSize(5);
    for (int i = 0; i < 2; i++) {
      hub.pass(PATIENCE.minusSeconds(5));
      assertThat(talk(reader)).isEmpty();
    }
    reader.grant("c", 100, 0);
    assertThat(talk(reader)).containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9");
    assertThat(hub.meter.faults(Code.HOLD_LOST)).isEqualTo(1);
  }

  /** What is said beside heartbeats; everybody shows that it lives. */
  private List<String> talk(Peer peer) {
    List<String> stream = peer.stream();
    peer.session.heard();
    return stream.stream().filter(text -> !text.equals("heartbeat")).toList();
  }

  @Test
  void hearingItSaysWhichChannelIsMeant() {
    Peer reader = stalled(0);
    write("1");
    hub.pass(PATIENCE.plusSeconds(1));
    assertThat(reader.hear())
        .filteredOn(FakeSocket.Said.class::isInstance)
        .extracting(item -> ((FakeSocket.Said) item).event())
        .containsExactly(
            new Event.Failed(
                null,
                Hub.channel("c"),
                new Fault(
                    Code.HOLD_LOST,
                    "You have not moved for too long: the writers wait no longer")));
  }

  @Test
  void readerThatMovesALittleNowAndThenKeepsItsHold() {
    Peer reader = stalled(0);
    write("1", "2", "3", "4", "5", "6");
    List<String> _ = writer.stream();
    for (int i = 4; i <= 6; i++) {
      hub.pass(PATIENCE.minusSeconds(1));
      writer.session.heard();
      reader.grant("c", 1, 0);
      assertThat(talk(reader)).containsExactly(Integer.toString(i - 3));
      assertThat(talk(writer)).first().isEqualTo("published e1/" + i);
    }
  }

  @Test
  void readerThatHasNothingToReadLosesNothing() {
    Peer reader = stalled(0);
    for (int i = 0; i < 3; i++) {
      hub.pass(PATIENCE);
      assertThat(talk(reader)).isEmpty();
      assertThat(talk(writer)).isEmpty();
    }
    write("1", "2", "3", "4");
    assertThat(talk(writer)).endsWith("held c by 1 with 399");
  }

  @Test
  void readerThatLostItsHoldTakesItAgainWhenItAsksOrSubscribesAnew() {
    Peer reader = stalled(0);
    write("1");
    hub.pass(PATIENCE.plusSeconds(1));
    assertThat(talk(reader)).containsExactly("hold_lost");
    List<String> _ = talk(writer);
    reader.hold("c", true);
    assertThat(talk(reader)).containsExactly("subscribed at e1/0, holds");
    write("2", "3", "4");
    assertThat(talk(writer)).last().asString().startsWith("held");
    hub.pass(PATIENCE.plusSeconds(1));
    assertThat(talk(reader)).containsExactly("hold_lost");
    reader.unsubscribe("c", null);
    reader.subscribe("c");
    assertThat(talk(reader)).containsExactly("unsubscribed", "subscribed at e1/4, holds");
  }

  // The end

  @Test
  void serverThatStopsLetsInWhatWaitsAndAnswersItBeforeItCloses() {
    Peer reader = stalled(1);
    Peer both = stalled(0);
    write("1", "2", "3", "4", "5");
    both.publish("c", "6");
    hub.settle();
    List<String> _ = writer.stream();
    List<String> _ = both.stream();
    hub.stop();
    assertThat(writer.stream())
        .containsExactly("published e1/4", "published e1/5", "released c", "closed restart");
    assertThat(both.stream()).containsExactly("published e1/6", "released c", "closed restart");
    assertThat(reader.stream()).containsExactly("closed restart");
    assertThat(hub.memory.waiting()).isZero();
  }

  @Test
  void channelThatNobodyHoldsAnyMoreIsRemovedLikeAnyOther() {
    Peer reader = hub.connect(0, "reader", Grants.ALL, Long.MAX_VALUE);
    reader.subscribe("c");
    write("1");
    reader.leave();
    hub.settle();
    for (int i = 0; i < 20; i++) {
      hub.pass(Duration.ofSeconds(20));
      writer.session.heard();
    }
    assertThat(hub.memory.channels()).isZero();
    List<String> _ = talk(writer);
    stalled(1);
    write("2", "3", "4", "5");
    assertThat(talk(writer))
        .containsExactly(
            "published e1/2", "published e1/3", "published e1/4", "held c by 1 with 399");
  }
}
