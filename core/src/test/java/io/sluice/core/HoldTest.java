package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.GapReason;
import io.sluice.model.Grants;
import io.sluice.model.Limits;
import io.sluice.model.Position;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A slow reader of channel "c" slows its writers; channel "free" is as usual. */
@ParameterizedClass
@EnumSource(Answering.class)
@ExtendWith(NamesSeed.class)
class HoldTest extends HoldHouse {
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
