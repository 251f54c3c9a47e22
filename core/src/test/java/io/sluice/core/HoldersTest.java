package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Code;
import io.sluice.model.Command;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Which readers hold a channel, and for how long. */
@ParameterizedClass
@EnumSource(Answering.class)
@ExtendWith(NamesSeed.class)
class HoldersTest extends HoldHouse {
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
}
