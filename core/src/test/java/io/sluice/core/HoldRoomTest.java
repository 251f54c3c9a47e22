package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.log.Broker;
import io.sluice.model.Code;
import io.sluice.model.Command;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Limits;
import io.sluice.model.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Where what a held channel does not let in waits, and how much of it may. */
@ParameterizedClass
@EnumSource(Answering.class)
@ExtendWith(NamesSeed.class)
class HoldRoomTest extends HoldHouse {
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
}
