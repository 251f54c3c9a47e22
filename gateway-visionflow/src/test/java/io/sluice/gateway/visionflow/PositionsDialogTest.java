package io.sluice.gateway.visionflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.CloseReason;
import io.sluice.model.PositionLimits;
import io.sluice.protocol.visionflow.VisionFlowCode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The order of what a watcher and its graph say to one another, whenever the answers come. */
class PositionsDialogTest {
  private final Desk desk = new Desk();

  private void open() {
    desk.open(Map.of());
    settle();
  }

  private void settle() {
    for (int i = 0; i < 5; i++) {
      desk.answer();
      desk.turn();
    }
  }

  private void wish(int interval) {
    desk.say("{\"type\":\"subscribe_position_updates\",\"data\":{\"interval\":" + interval + "}}");
  }

  @Test
  void whoComesHearsTheStateTheStructureAndThatItStands() {
    open();
    assertThat(desk.types())
        .containsExactly("state_sync", "graph_update", "connection_established");
    assertThat(desk.watched).isEqualTo(Map.of(5, 1));
  }

  @Test
  void untilTheGraphIsThereWishesAreToComeLater() {
    desk.open(Map.of());
    wish(100);
    assertThat(desk.heard.getLast()).contains("\"busy\"");
    settle();
    assertThat(desk.watched).isEqualTo(Map.of(5, 1));
  }

  @Test
  void ofManyWishesTheLastIsFollowedAndOnePaceIsWatched() {
    open();
    wish(1_000);
    wish(500);
    wish(100);
    settle();
    assertThat(desk.watched).isEqualTo(Map.of(10, 1));
    assertThat(desk.types()).endsWith("subscription_confirmed");
  }

  @Test
  void aPaceThatIsAnsweredWhenNobodyIsThereIsGivenBack() {
    open();
    wish(100);
    desk.answer();
    desk.cut();
    settle();
    assertThat(desk.watched).isEmpty();
  }

  @Test
  void aPaceThatIsAnsweredAfterTheEndIsGivenBack() {
    open();
    wish(100);
    desk.cut();
    settle();
    assertThat(desk.watched).isEmpty();
  }

  @Test
  void whoLeavesBeforeTheGraphIsThereWatchesNothing() {
    desk.open(Map.of());
    desk.cut();
    settle();
    assertThat(desk.heard).isEmpty();
    assertThat(desk.watched).isEmpty();
  }

  @Test
  void aGraphThatIsNotThereEndsTheLine() {
    desk.open(Map.of("graph", List.of("other")));
    settle();
    assertThat(desk.heard).hasSize(1).first().asString().contains("unknown_graph");
    assertThat(desk.closed).isEqualTo(CloseReason.POLICY);
  }

  @Test
  void anAnswerToThePingIsTimedOnceAndOnlyIfItIsToTheLast() {
    open();
    desk.nanos = desk.callAt;
    desk.dialog().tick(desk.now());
    long asked = desk.now().epochMillis();
    desk.nanos += 7_000_000;
    desk.say("{\"type\":\"pong\"}");
    desk.say("{\"type\":\"pong\",\"timestamp\":" + (asked + 1) + "}");
    assertThat(desk.meter.roundTrips()).isZero();
    desk.say("{\"type\":\"pong\",\"timestamp\":" + asked + "}");
    desk.nanos += 1_000_000;
    desk.say("{\"type\":\"pong\",\"timestamp\":" + asked + "}");
    assertThat(desk.meter.roundTrips()).isEqualTo(1);
    assertThat(desk.meter.roundTripNanos()).isEqualTo(7_000_000);
  }

  @Test
  void whatIsWrongIsCountedByItsCode() {
    open();
    desk.say("nonsense");
    assertThat(desk.meter.errors(VisionFlowCode.INVALID_JSON)).isEqualTo(1);
    assertThat(desk.meter.errors()).isEqualTo(1);
  }

  @Test
  void whoIsSilentIsAskedAndThenLetGo() {
    open();
    long every = PositionLimits.DEFAULTS.every().toNanos();
    assertThat(desk.callAt).isEqualTo(1 + every);
    desk.nanos = desk.callAt;
    desk.dialog().tick(desk.now());
    assertThat(desk.types()).endsWith("ping");
    desk.dialog().heard();
    desk.nanos += PositionLimits.DEFAULTS.timeout().toNanos() - 1;
    desk.dialog().tick(desk.now());
    assertThat(desk.closed).isNull();
    desk.nanos++;
    desk.dialog().tick(desk.now());
    assertThat(desk.closed).isEqualTo(CloseReason.IDLE);
  }
}
