package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sluice.model.Code;
import io.sluice.model.Position;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The engine, one awkward moment at a time, on virtual time. */
class EngineTest {
  private static final SubscribeOptions ALL = SubscribeOptions.DEFAULTS;

  private FakeWorld world = new FakeWorld(ClientLimits.DEFAULTS, new SplittableRandom(1));

  private void limits(ClientLimits limits) {
    world = new FakeWorld(limits, new SplittableRandom(1));
  }

  private FakeWorld connected() {
    CompletableFuture<Connected> future = world.connect();
    world.pass(10);
    assertThat(future).isCompletedWithValueMatching(it -> it.userId().equals("ada"));
    return world;
  }

  private static @Nullable String code(CompletableFuture<?> future) {
    Throwable thrown = catchThrowable(() -> future.getNow(null));
    return thrown != null && thrown.getCause() instanceof SluiceException error
        ? error.code()
        : null;
  }

  private String state() {
    return world.engine.state().name();
  }

  @Test
  void hungTokenCallbackIsGivenUpAndTriedAgain() {
    world.tokenHangs = true;
    CompletableFuture<Connected> future = world.connect();
    world.pass(10_500);
    assertThat(world.errors).containsExactly("token_timeout");
    assertThat(state()).isEqualTo("WAITING");
    world.tokenHangs = false;
    world.pass(2_000);
    assertThat(future).isCompleted();
  }

  @Test
  void tokenCallbackThatFailsOrGivesNothingIsTriedAgain() {
    world.tokenFails = true;
    CompletableFuture<Connected> future = world.connect();
    world.pass(500);
    world.tokenFails = false;
    world.token = "";
    world.pass(1_500);
    assertThat(world.errors).containsExactly("token_failed", "token_failed");
    world.token = "good";
    world.pass(5_000);
    assertThat(future).isCompleted();
  }

  @Test
  void tokenThatComesTooLateIsNotUsed() {
    world.latency = 11_000 * FakeWorld.MILLI;
    world.connect();
    world.pass(10_500);
    world.latency = FakeWorld.MILLI;
    world.pass(60_000);
    assertThat(state()).isEqualTo("CONNECTED");
    assertThat(world.states).filteredOn(ClientState.CONNECTED::equals).hasSize(1);
  }

  @Test
  void hungConnectIsGivenUpAndTriedAgain() {
    world.opensHang = true;
    CompletableFuture<Connected> future = world.connect();
    world.pass(10_100);
    assertThat(world.errors).containsExactly("connect_timeout");
    world.opensHang = false;
    world.pass(2_000);
    assertThat(future).isCompleted();
  }

  @Test
  void serverThatNeverGreetsIsGivenUpAndTriedAgain() {
    world.greetingHangs = true;
    CompletableFuture<Connected> future = world.connect();
    world.pass(10_100);
    assertThat(world.errors).containsExactly("connect_timeout");
    world.greetingHangs = false;
    world.pass(2_000);
    assertThat(future).isCompleted();
  }

  @Test
  void blackHoleIsNoticedAndLeft() {
    connected();
    world.blackHole = true;
    world.pass(34_000);
    assertThat(state()).isEqualTo("CONNECTED");
    world.pass(2_000);
    assertThat(world.errors).containsExactly("silent");
    world.blackHole = false;
    world.pass(2_000);
    assertThat(state()).isEqualTo("CONNECTED");
  }

  @Test
  void quietButHealthyLineIsKept() {
    connected();
    world.pass(Duration.ofHours(1).toMillis());
    assertThat(world.errors).isEmpty();
    assertThat(world.sent).hasSizeBetween(100, 150).allMatch(text -> text.contains("ping"));
  }

  @Test
  void socketThatIsNotReadIsNotTakenForSilent() {
    connected();
    world.engine.reading(false, world.now());
    world.blackHole = true;
    world.pass(Duration.ofMinutes(5).toMillis());
    assertThat(world.errors).isEmpty();
    world.engine.reading(true, world.now());
    world.pass(36_000);
    assertThat(world.errors).containsExactly("silent");
  }

  @Test
  void refusedTokenEndsIt() {
    world.refusal = 403;
    CompletableFuture<Connected> future = world.connect();
    CompletableFuture<Receipt> receipt = world.publish("c", "1", "k");
    world.pass(60_000);
    assertThat(state()).isEqualTo("REFUSED");
    assertThat(code(future)).isEqualTo("bad_token");
    assertThat(code(receipt)).isEqualTo("bad_token");
    assertThat(code(world.publish("c", "1", "k"))).isEqualTo("bad_token");
    world.refusal = 0;
    assertThat(code(world.connect())).isEqualTo("bad_token");
    world.pass(60_000);
    assertThat(state()).isEqualTo("REFUSED");
    assertThat(world.tokensAsked).isEqualTo(1);
  }

  @Test
  void overloadedServerIsTriedAgain() {
    world.refusal = 503;
    CompletableFuture<Connected> future = world.connect();
    world.pass(500);
    world.refusal = 0;
    world.pass(2_000);
    assertThat(future).isCompleted();
  }

  @Test
  void attemptsEndWhereTheLimitSays() {
    limits(ClientLimits.DEFAULTS.withMaxAttempts(3));
    world.opensFail = true;
    CompletableFuture<Connected> future = world.connect();
    world.pass(60_000);
    assertThat(state()).isEqualTo("FAILED");
    assertThat(world.tokensAsked).isEqualTo(3);
    assertThat(code(future)).isEqualTo("lost");
    world.opensFail = false;
    assertThat(code(world.connect())).isEqualTo("lost");
    world.pass(60_000);
    assertThat(state()).isEqualTo("FAILED");
  }

  @Test
  void whoConnectsWhileItWaitsIsNotKeptWaiting() {
    world.opensFail = true;
    world.connect();
    world.pass(20_000);
    assertThat(state()).isEqualTo("WAITING");
    int before = world.tokensAsked;
    world.opensFail = false;
    CompletableFuture<Connected> future = world.connect();
    world.pass(100);
    assertThat(world.tokensAsked).isEqualTo(before + 1);
    assertThat(future).isCompleted();
    world.pass(60_000);
    assertThat(world.tokensAsked).isEqualTo(before + 1);
  }

  @Test
  void waitsGrowUntilAConnectionHasStood() {
    world.opensFail = true;
    world.connect();
    world.pass(30_000);
    int attempts = world.tokensAsked;
    assertThat(attempts).isEqualTo(5);
    world.opensFail = false;
    world.pass(30_000);
    assertThat(state()).isEqualTo("CONNECTED");
    world.cut(1006);
    world.pass(20_000);
    assertThat(state()).as("it stood long enough for a short wait").isEqualTo("CONNECTED");
    world.pass(10_000);
    world.cut(1006);
    world.pass(1_200);
    assertThat(state()).isEqualTo("CONNECTED");
    world.cut(1006);
    world.pass(1_700);
    assertThat(state()).as("it did not stand, the wait is doubled").isEqualTo("WAITING");
  }

  @Test
  void garbageOfAnyKindReplacesTheLine() {
    for (String garbage : List.of("hello", "{\"type\":\"message\"}", "[]", "{}")) {
      limits(ClientLimits.DEFAULTS);
      connected();
      world.say(garbage);
      world.pass(5);
      assertThat(world.errors).as(garbage).containsExactly("bad_message");
      world.pass(1_500);
      assertThat(state()).isEqualTo("CONNECTED");
    }
  }

  @Test
  void unknownTypeIsReadPast() {
    connected();
    world.say("{\"type\":\"weather\",\"sun\":true}");
    world.pass(100);
    assertThat(world.errors).isEmpty();
    assertThat(state()).isEqualTo("CONNECTED");
  }

  @Test
  void publishesWaitWithinBoundsAndLeaveInOrder() {
    limits(ClientLimits.DEFAULTS.withQueue(3, 1_000));
    world.connect();
    List<CompletableFuture<Receipt>> receipts =
        LongStream.rangeClosed(1, 4)
            .mapToObj(i -> world.publish("c", Long.toString(i), "k" + i))
            .toList();
    assertThat(code(receipts.get(3))).isEqualTo("queue_full");
    world.pass(100);
    for (int i = 0; i < 3; i++) {
      long offset = i + 1;
      assertThat(receipts.get(i)).isCompletedWithValueMatching(it -> it.offset() == offset);
    }
  }

  @Test
  void bytesThatWaitAreBounded() {
    limits(ClientLimits.DEFAULTS.withQueue(1_000, 1_000));
    world.connect();
    String payload = "\"" + "x".repeat(300) + "\"";
    assertThat(code(world.publish("c", payload, "k1"))).isNull();
    assertThat(code(world.publish("c", payload, "k2"))).isNull();
    assertThat(code(world.publish("c", payload, "k3"))).isEqualTo("queue_full");
    world.pass(100);
    assertThat(world.publish("c", payload, "k4")).as("what was sent waits no more").isNotDone();
    world.pass(100);
    assertThat(world.log("c")).hasSize(3);
  }

  @Test
  void onlySoManyRequestsAwaitTheirAnswers() {
    limits(ClientLimits.DEFAULTS.withInFlight(2, 1_000_000));
    connected();
    for (int i = 0; i < 5; i++) {
      world.publish("c", "1", "k" + i);
    }
    assertThat(world.sent).hasSize(2);
    assertThat(world.engine.desk().inFlight()).isEqualTo(2);
    assertThat(world.engine.desk().waiting()).isEqualTo(3);
    world.pass(100);
    assertThat(world.log("c")).hasSize(5);
  }

  @Test
  void onlySoManyBytesAwaitTheirAnswersButOneRequestAlways() {
    limits(ClientLimits.DEFAULTS.withInFlight(100, 500));
    connected();
    world.publish("c", "\"" + "x".repeat(900) + "\"", "k1");
    world.publish("c", "1", "k2");
    assertThat(world.sent).hasSize(1);
    world.pass(100);
    for (int i = 3; i < 13; i++) {
      world.publish("c", "\"" + "x".repeat(100) + "\"", "k" + i);
    }
    assertThat(world.engine.desk().inFlight()).isBetween(2, 3);
    assertThat(world.engine.desk().inFlightBytes()).isLessThanOrEqualTo(500);
    world.pass(1_000);
    assertThat(world.log("c")).hasSize(12);
  }

  @Test
  void subscriptionsAreRestoredBeforeWhatWaits() {
    connected();
    world.subscribe("c", ALL.withFilter("{\"a\":1}"), false);
    world.pass(10);
    world.append("c", "{\"a\":1}");
    world.pass(10);
    world.cut(1006);
    world.publish("c", "2", "k");
    world.sent.clear();
    world.pass(2_000);
    assertThat(world.sent.get(0))
        .contains(
            "subscribe", "\"filters\":{\"a\":1}", "\"since\":{\"epoch\":\"e1\",\"offset\":1}");
    assertThat(world.sent.get(1)).contains("publish");
  }

  @Test
  void publicationInFlightIsRepeatedWithItsKeyAndAppendedOnce() {
    connected();
    CompletableFuture<Receipt> receipt = world.publish("c", "1", "k");
    world.after(FakeWorld.MILLI + 1, () -> world.cut(1006));
    world.pass(3_000);
    assertThat(receipt).isCompletedWithValueMatching(it -> it.offset() == 1);
    assertThat(world.log("c")).hasSize(1);
    assertThat(world.sent).filteredOn(text -> text.contains("publish")).hasSize(2);
  }

  @Test
  void publicationTooOldToBeRepeatedIsUncertain() {
    connected();
    CompletableFuture<Receipt> receipt = world.publish("c", "1", "k");
    world.cut(1006);
    world.opensFail = true;
    world.pass(Duration.ofMinutes(5).toMillis());
    world.opensFail = false;
    world.pass(40_000);
    assertThat(code(receipt)).isEqualTo("uncertain");
  }

  @Test
  void tooLargeForTheServerIsNotRepeatedForEver() {
    connected();
    CompletableFuture<Receipt> small = world.publish("c", "1", "k1");
    CompletableFuture<Receipt> large = world.publish("c", "\"" + "x".repeat(999) + "\"", "k2");
    world.cut(1009);
    world.pass(3_000);
    assertThat(code(large)).isEqualTo("too_big");
    assertThat(small).isCompleted();
    assertThat(code(world.publish("c", "\"" + "x".repeat(1 << 20) + "\"", "k3")))
        .isEqualTo("too_big");
  }

  @Test
  void requestWithoutAnswerFailsInTime() {
    connected();
    world.deaf = true;
    CompletableFuture<Receipt> receipt = world.publish("c", "1", "k");
    for (int i = 0; i < 31; i++) {
      world.say("{\"type\":\"weather\"}");
      world.pass(1_000);
    }
    assertThat(code(receipt)).isEqualTo("timeout");
    assertThat(state()).isEqualTo("CONNECTED");
  }

  @Test
  void subscribeWithoutAnswerReplacesTheLine() {
    connected();
    world.deaf = true;
    FakeFeed feed = world.subscribe("c", ALL, false);
    for (int i = 0; i < 31; i++) {
      world.say("{\"type\":\"weather\"}");
      world.pass(1_000);
    }
    assertThat(world.errors).containsExactly("timeout");
    world.deaf = false;
    world.pass(3_000);
    assertThat(feed.stood).hasSize(1);
  }

  @Test
  void whatAStoppingServerDidNotDoIsAskedOfTheNext() {
    connected();
    world.nextFault = Code.SHUTTING_DOWN;
    CompletableFuture<Receipt> receipt = world.publish("c", "1", "k");
    world.pass(10);
    world.cut(1012);
    world.pass(2_000);
    assertThat(receipt).isCompletedWithValueMatching(it -> it.offset() == 1);
  }

  @Test
  void faultsFailWhoAskedAndNobodyElse() {
    connected();
    world.nextFault = Code.FORBIDDEN;
    CompletableFuture<Receipt> receipt = world.publish("c", "1", "k");
    world.pass(10);
    assertThat(code(receipt)).isEqualTo("forbidden");
    world.nextFault = Code.FORBIDDEN;
    FakeFeed feed = world.subscribe("c", ALL, false);
    world.pass(10);
    assertThat(feed.end.code()).isEqualTo("forbidden");
    assertThat(code(feed.subscriber.ready())).isEqualTo("forbidden");
    assertThat(world.errors).isEmpty();
    FakeFeed again = world.subscribe("c", ALL, false);
    world.pass(10);
    assertThat(again.stood).hasSize(1);
  }

  @Test
  void resubscriptionThatFindsNoRoomIsTriedAgain() {
    connected();
    FakeFeed feed = world.subscribe("c", ALL, false);
    world.pass(6_000);
    world.cut(1006);
    world.nextFault = Code.BUSY;
    world.pass(1_200);
    assertThat(world.errors).containsExactly("lost", "busy");
    assertThat(feed.ended).isFalse();
    world.pass(2_000);
    assertThat(feed.stood).hasSize(2);
  }

  @Test
  void placeTheServerDoesNotKnowIsAGapAndNotTheEnd() {
    connected();
    FakeFeed feed = world.subscribe("c", ALL, false);
    world.append("c", "1");
    world.pass(10);
    world.cut(1006);
    world.nextFault = Code.INVALID_POSITION;
    world.pass(2_000);
    assertThat(feed.gaps).containsExactly(new Gap("c", "e1", 2, Gap.UNKNOWN, Gap.REJECTED));
    assertThat(feed.stood).hasSize(2);
  }

  @Test
  void placeOfTheProgramsOwnThatTheServerDoesNotKnowEndsIt() {
    connected();
    world.nextFault = Code.INVALID_POSITION;
    FakeFeed feed = world.subscribe("c", ALL.withSince(new Position("e1", 9)), false);
    world.pass(10);
    assertThat(feed.end.code()).isEqualTo("invalid_position");
  }

  @Test
  void newEpochIsToldAndFollowed() {
    connected();
    FakeFeed feed = world.subscribe("c", ALL, false);
    world.pass(10);
    world.append("c", "1");
    world.append("c", "2");
    world.pass(10);
    world.restart("e2");
    world.append("c", "\"new\"");
    world.pass(2_000);
    assertThat(feed.gaps).containsExactly(new Gap("c", "e1", 3, Gap.UNKNOWN, Gap.NEW_EPOCH));
    assertThat(feed.data).containsExactly("1", "2", "\"new\"");
    assertThat(feed.stood.get(1).recovered()).isFalse();
  }

  @Test
  void gapAndPositionMoveThePlaceToGoOnFrom() {
    connected();
    FakeFeed feed = world.subscribe("c", ALL, false);
    world.pass(10);
    world.say(
        "{\"type\":\"gap\",\"channel\":\"c\",\"epoch\":\"e1\",\"firstOffset\":1,\"lastOffset\":5,"
            + "\"reason\":\"evicted\"}");
    world.pass(10);
    assertThat(feed.gaps).containsExactly(new Gap("c", "e1", 1, 5, "evicted"));
    world.say("{\"type\":\"position\",\"channel\":\"c\",\"epoch\":\"e1\",\"offset\":9}");
    world.pass(10);
    world.cut(1006);
    world.sent.clear();
    world.pass(2_000);
    assertThat(world.sent.get(0)).contains("\"offset\":9");
  }

  @Test
  void unrecoverableSubscriptionBeginsFromNowOn() {
    connected();
    world.subscribe("c", ALL.withRecoverable(false), false);
    world.append("c", "1");
    world.pass(10);
    world.cut(1006);
    world.sent.clear();
    world.pass(2_000);
    assertThat(world.sent.get(0)).contains("subscribe").doesNotContain("since", "recoverable");
  }

  @Test
  void severalFiltersStandBeforeAnythingComes() {
    connected();
    world.subscribe("c", ALL.withFilter("{\"a\":1}").withFilter("{\"b\":2}"), false);
    assertThat(world.sent.get(0)).contains("\"credits\":{\"messages\":0,\"bytes\":0}");
    assertThat(world.sent.get(1)).contains("\"messages\":256", "{\"b\":2}");
    world.pass(10);
    world.append("c", "1");
    world.pass(10);
    assertThat(world.creditLeft("c")).isEqualTo(255);
  }

  @Test
  void secondSubscriptionToAChannelIsRefused() {
    world.subscribe("c", ALL, false);
    FakeFeed second = world.subscribe("c", ALL, false);
    assertThat(second.end.code()).isEqualTo("already_subscribed");
    assertThat(code(second.subscriber.ready())).isEqualTo("already_subscribed");
  }

  @Test
  void serverMayEndASubscription() {
    connected();
    FakeFeed feed = world.subscribe("c", ALL, false);
    world.pass(10);
    world.say("{\"type\":\"unsubscribed\",\"channel\":\"c\",\"code\":\"forbidden\"}");
    world.pass(10);
    assertThat(feed.end.code()).isEqualTo("forbidden");
  }

  @Test
  void creditIsRenewedAsMessagesAreHandled() {
    connected();
    FakeFeed feed = world.subscribe("c", ALL.withCredit(4, 100_000), false);
    feed.slow = true;
    world.pass(10);
    for (int i = 0; i < 10; i++) {
      world.append("c", Integer.toString(i));
    }
    world.pass(10);
    assertThat(feed.data).hasSize(4);
    feed.handle();
    world.pass(10);
    assertThat(feed.data).hasSize(8);
    feed.slow = false;
    feed.handle();
    world.pass(10);
    assertThat(feed.data).hasSize(10);
  }

  @Test
  void byteCreditBoundsWhatIsUnderWay() {
    connected();
    FakeFeed feed = world.subscribe("c", ALL.withCredit(1_000, 1_000), false);
    feed.slow = true;
    world.pass(10);
    for (int i = 0; i < 20; i++) {
      world.append("c", "\"" + "x".repeat(300) + "\"");
    }
    world.pass(10);
    assertThat(feed.data).hasSize(3);
    feed.handle();
    world.pass(10);
    assertThat(feed.data).hasSize(6);
  }

  @Test
  void demandIsCreditAndNothingMoreComes() {
    connected();
    FakeFeed feed = world.subscribe("c", ALL, true);
    world.pass(10);
    for (int i = 0; i < 10; i++) {
      world.append("c", Integer.toString(i));
    }
    world.pass(10);
    assertThat(feed.data).isEmpty();
    world.engine.demand(feed.subscriber, 3);
    world.pass(10);
    assertThat(feed.data).hasSize(3);
    world.engine.demand(feed.subscriber, 2);
    world.cut(1006);
    world.pass(2_000);
    assertThat(feed.data).containsExactly("0", "1", "2", "3", "4");
    world.engine.demand(feed.subscriber, Long.MAX_VALUE);
    world.engine.demand(feed.subscriber, Long.MAX_VALUE);
    world.pass(10);
    assertThat(feed.data).hasSize(10);
  }

  @Test
  void tokenIsRenewedOnTheSameConnectionAtFourFifths() {
    world.expiresIn = 10_000;
    connected();
    world.pass(7_900);
    assertThat(world.tokensAsked).isEqualTo(1);
    world.pass(200);
    assertThat(world.tokensAsked).isEqualTo(2);
    world.pass(60_000);
    assertThat(world.tokensAsked).isBetween(8, 10);
    assertThat(world.errors).isEmpty();
    assertThat(world.states).filteredOn(ClientState.CONNECTED::equals).hasSize(1);
  }

  @Test
  void renewalThatHangsOrFailsIsTriedAgainAndTheConnectionStays() {
    world.expiresIn = 100_000;
    connected();
    world.tokenHangs = true;
    world.pass(91_000);
    assertThat(world.errors).containsExactly("token_timeout");
    world.tokenHangs = false;
    world.pass(60_000);
    assertThat(world.errors).containsExactly("token_timeout");
    assertThat(world.tokensAsked).isGreaterThanOrEqualTo(3);
    assertThat(state()).isEqualTo("CONNECTED");
  }

  @Test
  void tokenThatSeemsToHaveEndedIsNotAskedForAllTheTime() {
    world.pass(60_000);
    world.expiresIn = -1_000;
    connected();
    world.pass(60_000);
    assertThat(world.tokensAsked).isLessThanOrEqualTo(8);
  }

  @Test
  void expiryLeadsToAFreshTokenAndANewConnection() {
    connected();
    world.cut(4401);
    assertThat(world.errors).containsExactly("expired");
    world.pass(2_000);
    assertThat(world.tokensAsked).isEqualTo(2);
    assertThat(state()).isEqualTo("CONNECTED");
  }

  @Test
  void fullLineMakesPublicationsWait() {
    connected();
    world.congested = true;
    CompletableFuture<Receipt> receipt = world.publish("c", "1", "k");
    world.pass(100);
    assertThat(world.sent).isEmpty();
    world.congested = false;
    world.engine.writable(world.line(), world.now());
    world.pass(100);
    assertThat(receipt).isCompleted();
  }

  @Test
  void closingEndsEverythingAndForGood() {
    connected();
    FakeFeed feed = world.subscribe("c", ALL, false);
    world.deaf = true;
    CompletableFuture<Receipt> receipt = world.publish("c", "1", "k");
    world.engine.close();
    assertThat(state()).isEqualTo("CLOSED");
    assertThat(feed.ended).isTrue();
    assertThat(feed.end).isNull();
    assertThat(code(receipt)).isEqualTo("closed");
    assertThat(code(world.connect())).isEqualTo("closed");
    assertThat(code(world.publish("c", "1", "k"))).isEqualTo("closed");
    world.pass(60_000);
    assertThat(state()).isEqualTo("CLOSED");
  }

  @Test
  void presenceIsToldToWhoAskedForIt() {
    connected();
    FakeFeed feed = world.subscribe("c", ALL.withPresence(), false);
    world.pass(10);
    world.say(
        "{\"type\":\"presence\",\"channel\":\"c\",\"users\":[{\"userId\":\"ada\","
            + "\"connections\":1}],\"total\":1}");
    world.say(
        "{\"type\":\"join\",\"channel\":\"c\",\"userId\":\"bob\","
            + "\"timestamp\":\"2026-01-31T08:05:09.007Z\"}");
    world.pass(10);
    assertThat(feed.others).hasSize(2);
    assertThat(((Notice.There) feed.others.get(0)).presence().users())
        .containsExactly(new Presence.User("ada", 1));
    assertThat(((Notice.Came) feed.others.get(1)).arrival().userId()).isEqualTo("bob");
  }
}
