package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Publication;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random walks through everything that can go wrong. After each the world heals, and then the
 * client must be connected, everything published must have been appended once and in order, though
 * slow readers held it, and every subscription, a pattern among them, must have had everything,
 * once and in order.
 */
class EngineWalkTest {
  private static final int STEPS = 300;

  static LongStream seeds() {
    long first = System.nanoTime();
    return LongStream.range(first, first + 200);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whateverHappensItHealsAndNothingIsLostOrDoubled(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    FakeWorld world = new FakeWorld(ClientLimits.DEFAULTS, random.split());
    world.expiresIn = random.nextBoolean() ? 0 : 20_000;
    world.connect();
    world.pass(100);
    SubscribeOptions options = SubscribeOptions.DEFAULTS.withCredit(7, 2_000);
    FakeFeed moving = world.subscribe("a", options, false);
    FakeFeed demanding = world.subscribe("b", options, true);
    FakeFeed pattern = world.subscribe(">", options, false);
    world.pass(100);
    long demanded = 0;
    List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
    for (int i = 0; i < STEPS; i++) {
      if (random.nextInt(3) == 0) {
        int number = receipts.size();
        receipts.add(world.publish(number % 2 == 0 ? "a" : "b", "" + number, "k" + number));
      }
      if (random.nextInt(3) == 0) {
        int more = random.nextInt(1, 4);
        demanded += more;
        world.engine.demand(demanding.subscriber, more);
      }
      trouble(world, moving, random);
      world.pass(random.nextInt(10) == 0 ? random.nextInt(20_000) : random.nextInt(50));
      assertThat((long) demanding.data.size())
          .as("never more than demanded")
          .isLessThanOrEqualTo(demanded);
      assertThat(demanding.subscriber.window().balance() + demanding.data.size())
          .as("never more granted than demanded")
          .isLessThanOrEqualTo(demanded);
    }
    heal(world, moving);
    world.engine.demand(demanding.subscriber, 10_000);
    world.pass(100_000);
    assertThat(world.engine.state()).isEqualTo(ClientState.CONNECTED);
    receipts.forEach(EngineWalkTest::checkReceipt);
    assertThat(world.engine.desk().waiting() + world.engine.desk().inFlight()).isZero();
    checkLog(world, "a", moving, receipts);
    checkLog(world, "b", demanding, receipts);
    assertThat(pattern.data).isEqualTo(world.feed.stream().map(EngineWalkTest::text).toList());
    assertThat(pattern.subscriber.counters).isEqualTo(Counters.NONE);
    assertThat(world.told.stream().filter(it -> it.startsWith("held")))
        .as("each is released")
        .hasSameSizeAs(world.told.stream().filter(it -> it.startsWith("released")).toList());
  }

  /** Appended, or so long under way that nobody can say. */
  private static void checkReceipt(CompletableFuture<Receipt> receipt) {
    assertThat(receipt).isDone();
    if (receipt.isCompletedExceptionally()) {
      assertThat(((SluiceException) receipt.exceptionNow()).code()).isEqualTo("uncertain");
    }
  }

  private static void checkLog(
      FakeWorld world, String channel, FakeFeed feed, List<CompletableFuture<Receipt>> receipts) {
    List<String> log = world.log(channel).stream().map(EngineWalkTest::text).toList();
    assertThat(log.stream().map(Integer::valueOf)).isSorted().doesNotHaveDuplicates();
    for (int i = channel.equals("a") ? 0 : 1; i < receipts.size(); i += 2) {
      if (!receipts.get(i).isCompletedExceptionally()) {
        long offset = receipts.get(i).resultNow().offset();
        assertThat(log.get((int) offset - 1)).isEqualTo("" + i);
      }
    }
    assertThat(feed.data).isEqualTo(log);
    assertThat(feed.gaps).isEmpty();
  }

  private static String text(Publication publication) {
    return new String(publication.draft().payload().bytes(), StandardCharsets.UTF_8);
  }

  private static void trouble(FakeWorld world, FakeFeed moving, SplittableRandom random) {
    switch (random.nextInt(28)) {
      case 0 -> world.cut(1006);
      case 1 -> world.cut(1012);
      case 2 -> world.tokenHangs = !world.tokenHangs;
      case 3 -> world.tokenFails = !world.tokenFails;
      case 4 -> world.opensHang = !world.opensHang;
      case 5 -> world.opensFail = !world.opensFail;
      case 6 -> world.greetingHangs = !world.greetingHangs;
      case 7 -> {
        world.blackHole = !world.blackHole;
        // What was swallowed is gone: a line does not go on behind a hole.
        world.cut(1006);
      }
      case 8 -> world.say("garbage");
      case 9 -> world.say("{\"type\":\"weather\"}");
      case 10 -> {
        moving.slow = !moving.slow;
        moving.handle();
      }
      case 11 -> world.congested = random.nextBoolean();
      case 12 -> world.refusal = world.refusal == 0 ? 503 : 0;
      case 13 -> world.latency = random.nextInt(1, 500) * FakeWorld.MILLI;
      case 14 -> world.lingers = !world.lingers;
      // Without this there would hardly ever be a connection for something to happen to.
      case 15, 16, 17 -> mend(world);
      case 18, 19 -> world.slow.add(random.nextBoolean() ? "a" : "b");
      case 20, 21 -> world.release(random.nextBoolean() ? "a" : "b");
      default -> {
        // Nothing goes wrong this time.
      }
    }
  }

  private static void heal(FakeWorld world, FakeFeed moving) {
    mend(world);
    world.latency = FakeWorld.MILLI;
    world.release("a");
    world.release("b");
    moving.slow = false;
    moving.handle();
  }

  private static void mend(FakeWorld world) {
    world.tokenHangs = false;
    world.tokenFails = false;
    world.opensHang = false;
    world.opensFail = false;
    world.greetingHangs = false;
    world.congested = false;
    world.refusal = 0;
    if (world.blackHole) {
      world.blackHole = false;
      world.cut(1006);
    }
  }
}
