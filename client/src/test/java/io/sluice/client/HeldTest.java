package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a publisher does while slow readers hold its channel. */
class HeldTest {
  private FakeWorld world = connected(ClientLimits.DEFAULTS);

  private static FakeWorld connected(ClientLimits limits) {
    FakeWorld world = new FakeWorld(limits, new SplittableRandom(1));
    world.connect();
    world.pass(10);
    return world;
  }

  private CompletableFuture<Receipt> publish(String channel, int number) {
    return world.publish(channel, "" + number, "k" + number);
  }

  /** What was published, in the order it was sent. */
  private List<String> sent() {
    return world.sent.stream()
        .filter(text -> text.contains("\"publish\""))
        .map(text -> text.replaceAll(".*\"payload\":(\\d+).*", "$1"))
        .toList();
  }

  private static @Nullable String code(CompletableFuture<?> future) {
    return future.isCompletedExceptionally()
            && future.exceptionNow() instanceof SluiceException error
        ? error.code()
        : null;
  }

  private void refuse(int number, String code) {
    String text =
        world.sent.stream()
            .filter(it -> it.contains("\"payload\":" + number + "}"))
            .reduce((a, b) -> b)
            .orElseThrow();
    String id = text.replaceAll(".*\"id\":(\\d+).*", "$1");
    world.say(
        "{\"type\":\"error\",\"id\":%s,\"code\":\"%s\",\"message\":\"No\"}".formatted(id, code));
    world.pass(10);
  }

  @Test
  void heldAndReleasedAreToldOnce() {
    world.slow.add("c");
    CompletableFuture<Receipt> first = publish("c", 1);
    publish("c", 2);
    world.pass(10);
    assertThat(world.told).containsExactly("held c 1 262144");
    world.release("c");
    world.pass(10);
    assertThat(first).isCompleted();
    world.say("{\"type\":\"released\",\"channel\":\"c\"}");
    world.pass(10);
    assertThat(world.told).containsExactly("held c 1 262144", "released c");
  }

  @Test
  void whatWaitsForSlowReadersHasNoDeadlineAndAWholeOneWhenTheyHaveRead() {
    world.mute = true;
    CompletableFuture<Receipt> waits = publish("c", 1);
    CompletableFuture<Receipt> other = publish("d", 2);
    world.say("{\"type\":\"held\",\"channel\":\"c\"}");
    for (int i = 0; i < 300; i++) {
      world.pass(10_000);
      world.engine.heard(world.line(), world.now());
    }
    assertThat(code(other)).isEqualTo("timeout");
    assertThat(waits).isNotDone();
    world.say("{\"type\":\"released\",\"channel\":\"c\"}");
    world.pass(20_000);
    world.engine.heard(world.line(), world.now());
    world.pass(9_000);
    assertThat(waits).isNotDone();
    world.pass(2_000);
    assertThat(code(waits)).isEqualTo("timeout");
  }

  @Test
  void nothingMoreIsSentToAChannelThatIsHeldAndOthersGoOn() {
    world = connected(ClientLimits.DEFAULTS.withInFlight(2, 10_000));
    world.slow.add("c");
    publish("c", 1);
    publish("c", 2);
    world.pass(10);
    publish("c", 3);
    publish("d", 4);
    publish("c", 5);
    publish("d", 6);
    world.pass(10);
    assertThat(sent()).containsExactly("1", "2", "4", "6");
    world.release("c");
    world.pass(10);
    assertThat(sent()).containsExactly("1", "2", "4", "6", "3", "5");
    assertThat(world.log("c")).hasSize(4);
  }

  @Test
  void serverIsNotLeftWithMoreWithoutAnswerThanItTakes() {
    world = connected(ClientLimits.DEFAULTS.withInFlight(2, 10_000));
    for (String channel : List.of("a", "b", "c")) {
      world.slow.add(channel);
      publish(channel, 1);
      publish(channel, 2);
      world.pass(10);
    }
    CompletableFuture<Receipt> receipt = publish("d", 3);
    world.pass(10);
    assertThat(sent()).hasSize(6);
    world.release("b");
    world.pass(10);
    assertThat(receipt).isCompleted();
  }

  @Test
  void whatFoundNoRoomGoesAgainInItsOrder() {
    world.mute = true;
    publish("c", 1);
    CompletableFuture<Receipt> second = publish("c", 2);
    publish("c", 3);
    world.say("{\"type\":\"held\",\"channel\":\"c\"}");
    world.pass(10);
    publish("c", 4);
    refuse(3, "hold_full");
    refuse(2, "hold_full");
    assertThat(sent()).containsExactly("1", "2", "3");
    world.say("{\"type\":\"released\",\"channel\":\"c\"}");
    world.pass(10);
    assertThat(sent()).containsExactly("1", "2", "3", "2", "3", "4");
    assertThat(second).isNotDone();
    assertThat(world.errors).isEmpty();
  }

  @Test
  void noRoomOnAChannelThatIsNotHeldIsToldAndOtherRefusalsAre() {
    world.mute = true;
    CompletableFuture<Receipt> early = publish("c", 1);
    refuse(1, "hold_full");
    assertThat(code(early)).isEqualTo("hold_full");
    CompletableFuture<Receipt> late = publish("c", 2);
    world.say("{\"type\":\"held\",\"channel\":\"c\"}");
    world.pass(10);
    refuse(2, "memory_limit");
    assertThat(code(late)).isEqualTo("memory_limit");
  }

  @Test
  void whatIsHeldIsBoundedWithWhatWaits() {
    world = connected(ClientLimits.DEFAULTS.withQueue(3, 1_000_000));
    world.slow.add("c");
    publish("c", 1);
    world.pass(10);
    publish("c", 2);
    publish("c", 3);
    assertThat(code(publish("c", 4))).isEqualTo("queue_full");
    assertThat(code(publish("d", 5))).isEqualTo("queue_full");
  }

  @Test
  void brokenLineReleasesAndEverythingIsRepeatedHoweverLongItHadWaited() {
    world.slow.add("c");
    CompletableFuture<Receipt> first = publish("c", 1);
    world.pass(10);
    CompletableFuture<Receipt> second = publish("c", 2);
    world.pass(Duration.ofMinutes(10).toMillis());
    world.cut(1006);
    assertThat(world.told).containsExactly("held c 1 262144", "released c");
    world.pass(2_000);
    assertThat(sent()).containsExactly("1", "1", "2");
    world.release("c");
    world.pass(100);
    assertThat(first).isCompletedWithValueMatching(it -> it.offset() == 1);
    assertThat(second).isCompletedWithValueMatching(it -> it.offset() == 2);
    assertThat(world.log("c")).hasSize(2);
  }

  @Test
  void closingFailsWhatIsHeldAndReleases() {
    world.slow.add("c");
    CompletableFuture<Receipt> first = publish("c", 1);
    world.pass(10);
    CompletableFuture<Receipt> second = publish("c", 2);
    world.engine.close();
    assertThat(code(first)).isEqualTo("closed");
    assertThat(code(second)).isEqualTo("closed");
    assertThat(world.told).endsWith("released c");
  }

  @Test
  void whoWaitsForRoomIsNeverToldThatThereIsNone() {
    world = connected(ClientLimits.DEFAULTS.withQueue(4, 1_000).withInFlight(1, 1_000));
    int most = 0;
    for (int i = 1; i <= 50; i++) {
      CompletableFuture<@Nullable Void> room = new CompletableFuture<>();
      world.engine.await(room);
      while (!room.isDone()) {
        world.pass(1);
      }
      assertThat(code(publish("c", i))).isNull();
      most = Math.max(most, world.engine.desk().waiting());
    }
    world.pass(1_000);
    assertThat(world.log("c")).hasSize(50);
    assertThat(most).isPositive();
  }

  @Test
  void roomIsWaitedForOfflineAndAClientThatEndedHasNone() {
    world = new FakeWorld(ClientLimits.DEFAULTS.withQueue(2, 10_000), new SplittableRandom(1));
    publish("c", 1);
    CompletableFuture<@Nullable Void> room = new CompletableFuture<>();
    world.engine.await(room);
    assertThat(room).isNotDone();
    world.connect();
    world.pass(10);
    assertThat(room).isCompleted();
    world.cut(1006);
    publish("c", 2);
    CompletableFuture<@Nullable Void> never = new CompletableFuture<>();
    world.engine.await(never);
    world.engine.close();
    assertThat(code(never)).isEqualTo("closed");
    CompletableFuture<@Nullable Void> late = new CompletableFuture<>();
    world.engine.await(late);
    assertThat(code(late)).isEqualTo("closed");
  }
}
