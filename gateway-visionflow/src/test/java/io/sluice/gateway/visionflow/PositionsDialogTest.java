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
  void aWishThatComesBeforeTheGraphIsThereIsFollowed() {
    desk.open(Map.of());
    desk.turn();
    wish(100);
    desk.say("{\"type\":\"request_full_snapshot\"}");
    settle();
    assertThat(desk.types())
        .containsExactly(
            "state_sync", "graph_update", "subscription_confirmed", "connection_established");
    assertThat(desk.watched).isEqualTo(Map.of(10, 1));
  }

  @Test
  void beforeItIsSeatedItsWishesAreToComeLater() {
    desk.open(Map.of());
    wish(100);
    assertThat(desk.heard.getLast()).contains("\"busy\"");
    settle();
    assertThat(desk.watched).isEqualTo(Map.of(5, 1));
  }

  /** Whoever looks first and subscribes then does not hear of it. */
  @Test
  void whatChangesBetweenTheLookAndTheAnswerComesBehindTheStructure() {
    desk.open(Map.of());
    desk.turn();
    desk.turn();
    assertThat(desk.asked).hasSize(1);
    desk.change("{\"revision\":1,\"added\":[7]}");
    desk.turn();
    settle();
    assertThat(desk.heard.get(1)).contains("\"whole\":true", "\"revision\":0");
    assertThat(desk.heard)
        .contains("{\"type\":\"graph_update\",\"revision\":1,\"added\":[7]}")
        .doesNotHaveDuplicates();
  }

  @Test
  void piecesWaitForTheLineAndNothingComesBetweenThem() {
    desk.pieces =
        List.of(
            "{\"whole\":true,\"revision\":3,\"more\":true}",
            "{\"revision\":3,\"added\":[1],\"more\":true}",
            "{\"revision\":3,\"added\":[2]}");
    desk.isBehind = true;
    open();
    assertThat(desk.types()).containsExactly("state_sync");
    desk.change("{\"revision\":4,\"added\":[3]}");
    settle();
    desk.isBehind = false;
    desk.dialog().caughtUp();
    settle();
    assertThat(desk.heard.subList(1, 4))
        .containsExactlyElementsOf(
            desk.pieces.stream()
                .map(piece -> "{\"type\":\"graph_update\"," + piece.substring(1))
                .toList());
    assertThat(desk.types().subList(4, desk.heard.size()))
        .containsExactlyInAnyOrder("graph_update", "connection_established");
    assertThat(desk.watched).isEqualTo(Map.of(5, 1));
  }

  @Test
  void whoAsksForItIsToldTheStructureAnewOnceAtATime() {
    open();
    desk.heard.clear();
    desk.pieces = List.of("{\"whole\":true,\"revision\":9}");
    desk.isBehind = true;
    for (int i = 0; i < 100; i++) {
      desk.say("{\"type\":\"request_full_snapshot\"}");
    }
    settle();
    assertThat(desk.heard).isEmpty();
    desk.isBehind = false;
    desk.dialog().caughtUp();
    settle();
    // The one under way, and one for all who asked meanwhile.
    assertThat(desk.types()).containsExactly("graph_update", "graph_update");
  }

  @Test
  void whereChangesWereLostTheStructureComesBeforeTheNextOfThem() {
    open();
    desk.heard.clear();
    desk.isReady = false;
    for (int revision = 1; revision <= 2_000; revision++) {
      desk.change("{\"revision\":" + revision + "}");
      desk.turn();
    }
    desk.pieces = List.of("{\"whole\":true,\"revision\":2000}");
    desk.isReady = true;
    desk.writable();
    settle();
    assertThat(desk.heard.getFirst())
        .isEqualTo("{\"type\":\"graph_update\",\"whole\":true,\"revision\":2000}");
    desk.change("{\"revision\":2001}");
    settle();
    assertThat(desk.heard.getLast()).isEqualTo("{\"type\":\"graph_update\",\"revision\":2001}");
    assertThat(desk.heard).noneMatch(text -> text.contains("error"));
  }

  @Test
  void aGraphThatIsRemovedEndsTheLine() {
    open();
    desk.removed.run();
    settle();
    assertThat(desk.heard.getLast()).contains("\"unknown_graph\"", "\"recoverable\":false");
    assertThat(desk.closed).isEqualTo(CloseReason.POLICY);
    desk.cut();
    assertThat(desk.visits).isZero();
    assertThat(desk.watched).isEmpty();
  }

  @Test
  void ofManyWishesTheLastIsFollowedAndOnePaceIsWatched() {
    open();
    wish(1_000);
    wish(500);
    wish(100);
    settle();
    assertThat(desk.watched).isEqualTo(Map.of(10, 1));
    assertThat(confirmed()).containsExactly(100);
    wish(500);
    wish(100);
    settle();
    assertThat(desk.watched).isEqualTo(Map.of(10, 1));
    assertThat(confirmed()).containsExactly(100, 100);
  }

  @Test
  void aWishThatComesWhileTheFirstPaceIsAskedForIsConfirmedAsItIsCarriedOut() {
    desk.open(Map.of());
    while (desk.watched.isEmpty()) {
      desk.turn();
      if (desk.types().contains("graph_update")) {
        wish(100);
        break;
      }
      desk.answer();
    }
    settle();
    assertThat(desk.watched).isEqualTo(Map.of(10, 1));
    assertThat(confirmed()).containsExactly(100);
  }

  private List<Integer> confirmed() {
    return desk.heard.stream()
        .filter(text -> text.contains("subscription_confirmed"))
        .map(text -> Integer.valueOf(text.replaceAll(".*\"interval\":(\\d+).*", "$1")))
        .toList();
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
    assertThat(desk.visits).isZero();
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
